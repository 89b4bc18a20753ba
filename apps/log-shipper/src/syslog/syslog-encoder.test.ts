import { describe, expect, it } from 'vitest';
import type { LogSource } from '../lines/log-line.ts';
import { MessageBuilder } from '../queue/message-builder.ts';
import { createSyslogEncoder } from './syslog-encoder.ts';
import type { SyslogFormat, SyslogOrigin } from './syslog-header.ts';

const timestamp = '2026-02-03T04:05:06.123456789Z';
const web = { hostname: 'east', tag: 'web', pid: 77 };

const render = (
  format: SyslogFormat,
  text: string | Buffer,
  source: LogSource = 'stdout',
  origin: SyslogOrigin = web,
) => {
  const out = new MessageBuilder();
  const encode = createSyslogEncoder(origin, { format, framing: 'traditional', onCut: () => undefined });
  encode({ source, timestamp, bytes: Buffer.from(text) }, out);
  return out.take().bytes;
};

const long = (length: number) => 'n'.repeat(length);

describe('createSyslogEncoder', () => {
  it.each<[SyslogFormat, LogSource, SyslogOrigin, string, string]>([
    ['rfc5424', 'stdout', web, 'ahoy', '<14>1 2026-02-03T04:05:06.123456Z east web 77 - - ahoy\n'],
    ['rfc5424', 'stderr', web, 'ahoy', '<11>1 2026-02-03T04:05:06.123456Z east web 77 - - ahoy\n'],
    ['rfc3164', 'stdout', web, 'ahoy', '<14>2026-02-03T04:05:06.123456Z east web[77]: ahoy\n'],
    ['rfc3164', 'stderr', web, 'ahoy', '<11>2026-02-03T04:05:06.123456Z east web[77]: ahoy\n'],
    ['rfc5424', 'stdout', web, '', '<14>1 2026-02-03T04:05:06.123456Z east web 77 - - \n'],
    ['rfc5424', 'stdout', web, 'grüße\t😀', '<14>1 2026-02-03T04:05:06.123456Z east web 77 - - grüße\t😀\n'],
    [
      'rfc5424',
      'stdout',
      { hostname: '', tag: 'wéb app', pid: 0 },
      'x',
      '<14>1 2026-02-03T04:05:06.123456Z - w_b_app 0 - - x\n',
    ],
    [
      'rfc5424',
      'stdout',
      { hostname: long(300), tag: long(300), pid: 1 },
      'x',
      `<14>1 2026-02-03T04:05:06.123456Z ${long(255)} ${long(48)} 1 - - x\n`,
    ],
    [
      'rfc3164',
      'stdout',
      { hostname: long(300), tag: long(300), pid: 1 },
      'x',
      `<14>2026-02-03T04:05:06.123456Z ${long(255)} ${long(32)}[1]: x\n`,
    ],
  ])('%s %s of %j', (format, source, origin, text, message) => {
    expect(String(render(format, text, source, origin))).toBe(message);
  });

  it('leaves the bytes of the text as they are', () => {
    const bytes = Buffer.from([0x00, 0xff, 0x80, 0x0d, 0x1b]);
    expect(render('rfc3164', bytes).subarray(-6)).toEqual(Buffer.concat([bytes, Buffer.from('\n')]));
  });
});

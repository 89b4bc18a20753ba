import type { Container } from '@wharf/docker-watcher';
import { describe, expect, it } from 'vitest';
import { containerMetadata } from '../containers/container-metadata.ts';
import { type EncodingOptions, encodingOptions, routeEncoding } from '../encoding-options.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import type { LogLine, LogSource } from '../lines/log-line.ts';
import { optionDefaults } from '../routes/option-defaults.ts';
import { encodeLines } from '../testing/encode-lines.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import { createSequence } from './sequence.ts';
import { createSyslogEncoder, type SyslogContext } from './syslog-encoder.ts';
import type { SyslogFormat } from './syslog-settings.ts';

const web = sampleContainer({ name: 'web', hostname: 'east' });

interface EncoderOptions {
  readonly container?: Container;
  readonly options?: Partial<EncodingOptions>;
  readonly route?: Readonly<Record<string, string>>;
  readonly context?: Partial<SyslogContext>;
}

function createEncoder({ container = web, options = {}, route = {}, context = {} }: EncoderOptions): LineEncoder {
  const { syslog, labels } = routeEncoding(
    { ...optionDefaults(encodingOptions), ...options },
    { options: new Map(Object.entries(route)) },
  );
  return createSyslogEncoder(container, containerMetadata(container, 'host-1', labels), syslog, {
    framing: 'traditional',
    hostname: '',
    sequence: createSequence('run1'),
    wallMs: () => Date.UTC(2026, 1, 3, 4, 5, 7, 999),
    onCut: () => undefined,
    onTemplateFailure: (template, message) => {
      throw new Error(`${template}: ${message}`);
    },
    ...context,
  });
}

type Given = Omit<Partial<LogLine>, 'bytes'> & { readonly bytes: string | Buffer };

const encode = (given: EncoderOptions, ...lines: readonly Given[]): string =>
  Buffer.concat(encodeLines(createEncoder(given), ...lines)).toString();

const long = (length: number) => 'n'.repeat(length);

describe('createSyslogEncoder', () => {
  it.each<[SyslogFormat, LogSource, Parameters<typeof sampleContainer>[0], string, string]>([
    ['rfc5424', 'stdout', {}, 'ahoy', '<14>1 2026-02-03T04:05:06.123456Z east web 77 - - ahoy\n'],
    ['rfc5424', 'stderr', {}, 'ahoy', '<11>1 2026-02-03T04:05:06.123456Z east web 77 - - ahoy\n'],
    ['rfc3164', 'stdout', {}, 'ahoy', '<14>2026-02-03T04:05:06.123456Z east web[77]: ahoy\n'],
    ['rfc3164', 'stderr', {}, 'ahoy', '<11>2026-02-03T04:05:06.123456Z east web[77]: ahoy\n'],
    ['rfc5424', 'stdout', {}, '', '<14>1 2026-02-03T04:05:06.123456Z east web 77 - - \n'],
    ['rfc5424', 'stdout', {}, 'grüße\t😀', '<14>1 2026-02-03T04:05:06.123456Z east web 77 - - grüße\t😀\n'],
    [
      'rfc5424',
      'stdout',
      { hostname: '', name: 'wéb app', state: { pid: 0 } },
      'x',
      '<14>1 2026-02-03T04:05:06.123456Z - w_b_app 0 - - x\n',
    ],
    [
      'rfc5424',
      'stdout',
      { hostname: long(300), name: long(300) },
      'x',
      `<14>1 2026-02-03T04:05:06.123456Z ${long(255)} ${long(48)} 77 - - x\n`,
    ],
    [
      'rfc3164',
      'stdout',
      { hostname: long(300), name: long(300) },
      'x',
      `<14>2026-02-03T04:05:06.123456Z ${long(255)} ${long(32)}[77]: x\n`,
    ],
  ])('%s %s of %j', (syslogFormat, source, given, bytes, message) => {
    const container = sampleContainer({ name: 'web', hostname: 'east', ...given });
    expect(encode({ container, options: { syslogFormat } }, { source, bytes })).toBe(message);
  });

  it('leaves the bytes of the text as they are', () => {
    const bytes = Buffer.from([0x00, 0xff, 0x80, 0x0d, 0x1b]);
    const [message] = encodeLines(createEncoder({}), { bytes });
    expect(message?.subarray(-6)).toEqual(Buffer.concat([bytes, Buffer.from('\n')]));
  });
});

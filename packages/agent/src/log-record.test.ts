import { assert, property, string, uniqueArray } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLogger } from './create-logger.ts';
import { type LogRecord, parseLogRecord } from './log-record.ts';

const collect = () => {
  const records: LogRecord[] = [];
  const settings = { agent: 'sample', level: 'debug', format: 'text', colours: false } as const;
  const log = createLogger(
    settings,
    () => undefined,
    (record) => records.push(record),
  );
  return { records, log };
};

describe('parseLogRecord', () => {
  it('keeps agent and level apart from component, message and fields', () => {
    const { records, log } = collect();
    log.child({ component: 'watch' }).warn({ revision: 7 }, 'the link was cut');
    log.child({ agent: 'registrar', component: 'registrar' }).info({}, 'started');
    expect(records).toEqual([
      { agent: 'sample', level: 'warn', text: 'watch: the link was cut {"revision":7}' },
      { agent: 'registrar', level: 'info', text: 'started' },
    ]);
  });

  it('has the stack of an error in the one line', () => {
    const { records, log } = collect();
    log.error({ err: new Error('boom') }, 'crashed');
    expect(records[0]?.text).toMatch(/^crashed \{"err":\{"type":"Error","message":"boom","stack":"Error: boom\\n/);
    expect(records[0]?.text).not.toContain('\n');
  });

  it('has no password of a URL', () => {
    const { records, log } = collect();
    log.error({ url: 'http://user:secret@db' }, 'http://user:secret@db refused');
    expect(records[0]?.text).toBe('http://***@db refused {"url":"http://***@db"}');
  });

  it('is one line without control characters, whatever is logged', () => {
    const { records, log } = collect();
    const texts = uniqueArray(string({ unit: 'binary' }), { minLength: 3, maxLength: 3 });
    assert(
      property(texts, ([message = '', key = '', value = '']) => {
        log.info({ [key]: value, nested: [value] }, message);
        expect(records.at(-1)?.text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      }),
    );
    assert(
      property(string(), (line) => {
        log.info({ line }, `u:p@${line}`);
        expect(records.at(-1)?.text).toBeDefined();
      }),
    );
  });

  it('is one of the JSON that was given', () => {
    expect(parseLogRecord('{"level":"info","agent":"a","msg":"x","list":[1]}\n')).toEqual({
      agent: 'a',
      level: 'info',
      text: 'x {"list":[1]}',
    });
  });
});

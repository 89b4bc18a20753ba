import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTakingSink, sampleLine } from '../testing/sample-lines.ts';
import { createJsonStage, JSON_BYTES_LIMIT } from './json-stage.ts';
import { createLineText } from './line-text.ts';
import { FIELDS_LIMIT } from './parse-json-line.ts';
import { sinkLink } from './stage-link.ts';

function parse(text: string | Buffer, messageOnly = false) {
  const { sink, lines } = createTakingSink();
  createJsonStage(messageOnly, createLineText(), sinkLink(sink)).push(sampleLine(text), [], 0);
  return lines[0];
}
const fieldsOf = (text: string) => Object.fromEntries(parse(text)?.fields ?? []);

describe('createJsonStage', () => {
  it.each([
    [
      'pino',
      '{"level":50,"time":1770000000000,"pid":7,"hostname":"web","msg":"no"}',
      { severity: 3, message: 'no', fields: { time: '1770000000000', pid: '7', hostname: 'web' } },
    ],
    [
      'zap',
      '{"level":"warn","ts":1770000000.123,"caller":"web/main.go:7","msg":"slow"}',
      { severity: 4, message: 'slow', fields: { ts: '1770000000.123', caller: 'web/main.go:7' } },
    ],
    [
      'logrus',
      '{"level":"fatal","msg":"no","time":"2026-02-03T04:05:06Z"}',
      { severity: 2, message: 'no', fields: { time: '2026-02-03T04:05:06Z' } },
    ],
    [
      'bunyan',
      '{"name":"web","level":30,"msg":"up","v":0}',
      { severity: 6, message: 'up', fields: { name: 'web', v: '0' } },
    ],
    [
      'ECS',
      '{"log.level":"error","message":"no","http":{"response":{"status_code":500}}}',
      { severity: 3, message: 'no', fields: { 'http.response.status_code': '500' } },
    ],
    [
      'ECS, nested',
      '{"log":{"level":"error","logger":"a.B"},"message":"no"}',
      { severity: 3, message: 'no', fields: { 'log.logger': 'a.B' } },
    ],
    [
      'Python json-logger',
      '{"levelname":"WARNING","message":"slow","args":[1,"b"]}',
      { severity: 4, message: 'slow', fields: { 'args.0': '1', 'args.1': 'b' } },
    ],
    [
      'a level that is none',
      ' {"level":"loud","severity":"debug","log":"x","ok":true,"none":null} ',
      { severity: 7, message: 'x', fields: { level: 'loud', ok: 'true' } },
    ],
  ])('%s', (_logger, text, { severity, message, fields }) => {
    const line = parse(text);
    expect({ severity: line?.severity, fields: fieldsOf(text), bytes: line?.bytes.toString() }).toEqual({
      severity,
      fields,
      bytes: text,
    });
    expect(parse(text, true)?.bytes.toString()).toBe(message);
  });

  it.each(['', '{', '{}', '[]', '[1]', 'text', '"text"', '{"a":}', '{a:1}', '{"a":1} x', '{"a":null}', 'null', ' \t'])(
    'leaves %j as it is',
    (text) => {
      expect(parse(text, true)).toEqual(sampleLine(text));
    },
  );

  it('keeps digits that a number of JavaScript would lose', () => {
    expect(
      fieldsOf('{"a":12345678901234567890,"b":1e999,"c":0.1000000000000000055,"d":[9007199254740993],"e":1}'),
    ).toEqual({ a: '12345678901234567890', b: '1e999', c: '0.1000000000000000055', 'd.0': '9007199254740993', e: '1' });
  });

  it('is not taken in by names and depths', () => {
    expect(parse('{"__proto__":{"level":"error","x":"y"},"constructor":"c","":"empty"}')?.fields).toEqual([
      ['__proto__.level', 'error'],
      ['__proto__.x', 'y'],
      ['constructor', 'c'],
    ]);
    expect(fieldsOf('{"a":{"b":{"c":{"d":1,"e":{"f":2}}}}}')).toEqual({ 'a.b.c.d': '1' });
    const deep = `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)},"level":"warn"}`;
    expect(parse(deep)?.severity).toBe(4);
    const deepAndLong = `{"n":1e5,"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`;
    expect(parse(deepAndLong)?.bytes.toString()).toBe(deepAndLong);
    expect(fieldsOf(`{"${'n'.repeat(129)}":1,"m":2}`)).toEqual({ m: '2' });
  });

  it('takes no more than so many fields, and no longer line', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`f${index}`, index]));
    expect(parse(JSON.stringify({ level: 'warn', ...many, msg: 'x' }))?.fields?.length).toBe(FIELDS_LIMIT);
    const padding = JSON_BYTES_LIMIT - '{"level":"warn","a":""}'.length;
    const longest = `{"level":"warn","a":"${'x'.repeat(padding)}"}`;
    expect(parse(longest)?.severity).toBe(4);
    expect(parse(` ${longest}`)?.severity).toBeUndefined();
  });

  it('keeps a message on one line', () => {
    expect(parse('{"msg":"a\\n<0>1 forged\\tb\\u0000\\u009b\\u007f é"}', true)?.bytes.toString()).toBe(
      'a#012<0>1 forged\tb#000#233#177 é',
    );
  });

  it('never throws, and says no less than the object', () => {
    fc.assert(
      fc.property(fc.json(), fc.uint8Array(), (json, bytes) => {
        expect(parse(`{"level":"info","x":${json}}`)?.severity).toBe(6);
        parse(Buffer.concat([Buffer.from('{'), bytes, Buffer.from('}')]), true);
      }),
    );
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_RECORD_LENGTH, type ServiceRecord } from './record.ts';
import { parseRecord, renderRecord } from './record-json.ts';

const uint16 = fc.integer({ min: 0, max: 65_535 });
const records: fc.Arbitrary<ServiceRecord> = fc.record(
  {
    host: fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constant('')),
    port: uint16,
    priority: uint16,
    weight: uint16,
    text: fc.string({ unit: 'binary' }),
    mail: fc.boolean(),
    ttl: fc.integer({ min: 0, max: 2_147_483_647 }),
    targetStrip: fc.integer({ min: 0, max: 127 }),
    group: fc.string({ unit: 'binary' }),
  },
  { requiredKeys: [] },
);

describe('parseRecord', () => {
  it.each<[string, ServiceRecord]>([
    ['{"host":"10.0.0.1","port":80}', { host: '10.0.0.1', port: 80 }],
    ['{"Host":"a.example","PORT":1,"TargetStrip":2}', { host: 'a.example', port: 1, targetStrip: 2 }],
    ['{"host":"a","key":"/skydns/x","extra":{"deep":[1]}}', { host: 'a' }],
    ['{"host":"a","HOST":"b"}', { host: 'b' }],
    ['{"host":"2001:db8::1","weight":null}', { host: '2001:db8::1' }],
    [
      '{"text":"v=1","mail":true,"group":"g","ttl":0,"priority":65535}',
      { text: 'v=1', mail: true, group: 'g', ttl: 0, priority: 65_535 },
    ],
    [' {"port":8.0e1} ', { port: 80 }],
    ['{"port":-0}', { port: 0 }],
    ['{}', {}],
  ])('reads %s', (json, record) => {
    expect(parseRecord(json)).toEqual({ ok: true, value: record });
  });

  it.each([
    ['{"port":"80"}', 'port', 'a whole number from 0 to 65535'],
    ['{"port":65536}', 'port', 'a whole number from 0 to 65535'],
    ['{"port":-1}', 'port', 'a whole number from 0 to 65535'],
    ['{"weight":1.5}', 'weight', 'a whole number from 0 to 65535'],
    ['{"ttl":1e400}', 'ttl', 'a whole number from 0 to 2147483647'],
    ['{"ttl":2147483648}', 'ttl', 'a whole number from 0 to 2147483647'],
    ['{"targetstrip":128}', 'targetStrip', 'a whole number from 0 to 127'],
    ['{"host":7}', 'host', 'a string'],
    ['{"host":"a..b"}', 'host', 'an IP address or a domain name'],
    ['{"host":"\\ud800"}', 'host', 'an IP address or a domain name'],
    ['{"text":"\\ud800"}', 'text', 'a string that UTF-8 can express'],
    ['{"text":["a"]}', 'text', 'a string that UTF-8 can express'],
    ['{"mail":"true"}', 'mail', 'true or false'],
  ])('names the field that is wrong in %s', (json, field, expected) => {
    expect(parseRecord(json)).toEqual({
      ok: false,
      error: { code: 'invalid-field', field, message: `its field "${field.toLowerCase()}" must be ${expected}` },
    });
  });

  it.each([
    ['', 'not-json'],
    ['{"host":', 'not-json'],
    ['{"host":"a"} x', 'not-json'],
    ['null', 'not-an-object'],
    ['[{"host":"a"}]', 'not-an-object'],
    ['"host"', 'not-an-object'],
    [`{"text":"${'x'.repeat(MAX_RECORD_LENGTH)}"}`, 'too-large'],
  ])('refuses %.40s as %s', (json, code) => {
    expect(parseRecord(json)).toMatchObject({ ok: false, error: { code } });
  });

  it('survives nesting as deep as the limit allows, in an unknown field', () => {
    const depth = MAX_RECORD_LENGTH / 2 - 20;
    const json = `{"host":"a","x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(parseRecord(json)).toEqual({ ok: true, value: { host: 'a' } });
  });

  it('takes nothing from a prototype, its own or a forged one', () => {
    const forged = parseRecord('{"__proto__":{"host":"evil","port":1},"constructor":{},"toString":1}');
    expect(forged).toEqual({ ok: true, value: {} });
    expect(forged.ok && forged.value.host).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(typeof parseRecord(text).ok).toBe('boolean');
      }),
    );
  });
});

describe('renderRecord', () => {
  it.each<[ServiceRecord, string]>([
    [{ port: 80, host: '10.0.0.1' }, '{"host":"10.0.0.1","port":80}'],
    [
      {
        group: 'g',
        targetStrip: 1,
        ttl: 40,
        mail: false,
        text: 't',
        weight: 2,
        priority: 3,
        port: 0,
        host: 'h',
      },
      '{"host":"h","port":0,"priority":3,"weight":2,"text":"t","mail":false,"ttl":40,"targetstrip":1,"group":"g"}',
    ],
    [{}, '{}'],
  ])('writes %j in the fixed order', (record, json) => {
    expect(renderRecord(record)).toBe(json);
  });

  it('is read back by parseRecord', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(parseRecord(renderRecord(record))).toEqual({ ok: true, value: record });
      }),
    );
  });
});

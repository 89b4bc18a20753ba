import type { Entry } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { nameOfKey, parseEntry, parseKey } from './indexed-record.ts';

describe('nameOfKey', () => {
  it.each([
    ['/skydns/org/example/web/1', ['1', 'web', 'example', 'org']],
    ['/skydns/org/example/config', ['config', 'example', 'org']],
    ['/skydns/config', undefined],
    ['/skydns2/org', undefined],
    ['/skydns/', undefined],
    ['/skydns/org//web', undefined],
  ])('of %s is %j', (key, name) => {
    expect(nameOfKey('skydns', key)).toEqual(name);
  });

  it('shortens a label that no packet can carry, always to the same one', () => {
    const key = `/skydns/org/example/web/${'x'.repeat(100)}`;
    const name = nameOfKey('skydns', key);
    expect(name).toEqual([expect.stringMatching(/^x{45}%~[\da-f]{16}$/), 'web', 'example', 'org']);
    expect(nameOfKey('skydns', key)).toEqual(name);
  });
});

describe('parseKey', () => {
  it.each([
    ['skydns', '/skydns/org/example/web/1', { ok: true, value: ['1', 'web', 'example', 'org'] }],
    ['skydns', '/skydns/org/', { ok: false }],
    ['/a/b/', '/a/b/org//web', { ok: false }],
    ['', '/org//web', { ok: false }],
    ['skydns', '/skydns/org//', { ok: false }],
  ])('under %s takes %s for %j', (prefix, key, expected) => {
    expect(parseKey(prefix, key)).toMatchObject(expected);
  });

  it.each([
    ['skydns', '/skydns'],
    ['skydns', '/skydns/'],
    ['skydns', '/skydns/config'],
    ['skydns', '/other//a'],
    ['skydns', '/skydns2//a'],
    ['', '/'],
    ['', ''],
  ])('under %j holds %j for no record', (prefix, key) => {
    expect(parseKey(prefix, key)).toBeUndefined();
  });
});

describe('parseEntry', () => {
  const entry = (value: string, lease = '0'): Entry => ({
    key: '/skydns/org/web',
    value,
    createRevision: 1,
    modRevision: 1,
    lease,
  });

  it('keeps what answers need, and the lease', () => {
    expect(parseEntry(['web', 'org'], entry('{"host":"10.0.0.1","port":80,"unknown":1}', '42'))).toEqual({
      ok: true,
      value: {
        key: '/skydns/org/web',
        name: ['web', 'org'],
        isNameUsable: true,
        service: { host: '10.0.0.1', port: 80 },
        host: { type: 'ipv4', address: '10.0.0.1' },
        lease: '42',
      },
    });
  });

  it.each([
    ['{', 'it is not JSON'],
    ['{"port":"80"}', 'its field "port" must be'],
    ['{"host":"10.0.0.300"}', 'neither an address nor a name'],
    ['{"host":"10.0.0.1:80"}', 'put that into the field "port"'],
    ['{"host":"web.example.org "}', 'begins or ends with a blank'],
    [JSON.stringify({ text: 'é'.repeat(40_000) }), 'too long for TXT'],
  ])('says what is wrong with %s', (value, reason) => {
    expect(parseEntry(['web', 'org'], entry(value))).toEqual({ ok: false, error: expect.stringContaining(reason) });
  });

  it('refuses a key with more labels than a name can have', () => {
    expect(
      parseEntry(
        Array.from({ length: 128 }, () => 'a'),
        entry('{}'),
      ),
    ).toMatchObject({ ok: false });
  });

  it('knows a name that is too long for a packet', () => {
    const name = Array.from({ length: 5 }, () => 'a'.repeat(60));
    expect(parseEntry(name, entry('{"host":"10.0.0.1"}'))).toMatchObject({ ok: true, value: { isNameUsable: false } });
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseV2Keys } from './parse-v2-keys.ts';

const folder = (key: string, nodes: readonly unknown[]) => ({ key, dir: true, nodes });
const read = (node: unknown) => parseV2Keys(JSON.stringify({ action: 'get', node }));

describe('parseV2Keys', () => {
  it('gives the keys of all folders in the order of the listing', () => {
    const web = folder('/skydns/web', [
      { key: '/skydns/web/a', value: '1', ttl: 40, expiration: '2026-01-01T00:00:00Z' },
      { key: '/skydns/web/b', value: '2' },
    ]);
    expect(read(folder('/skydns', [{ key: '/skydns/config', value: '{}' }, web, folder('/skydns/x', [])]))).toEqual({
      ok: true,
      value: [
        { key: '/skydns/config', value: '{}', ttlSeconds: undefined },
        { key: '/skydns/web/a', value: '1', ttlSeconds: 40 },
        { key: '/skydns/web/b', value: '2', ttlSeconds: undefined },
      ],
    });
  });

  it('reads one key, and an empty folder, which has no list', () => {
    expect(read({ key: '/skydns/config', value: '' })).toMatchObject({ ok: true, value: [{ key: '/skydns/config' }] });
    expect(read({ key: '/skydns', dir: true })).toEqual({ ok: true, value: [] });
  });

  it('reads what is nested deeper than any stack', () => {
    const depth = 5_000;
    const open = '{"key":"/a","dir":true,"nodes":['.repeat(depth);
    const json = `{"node":${open}{"key":"/a","value":"v"}${']}'.repeat(depth)}}`;
    expect(parseV2Keys(json)).toMatchObject({ ok: true, value: [{ key: '/a' }] });
  });

  it('reads a folder of more keys than a call takes arguments', () => {
    const nodes = Array.from({ length: 200_000 }, (_, index) => ({ key: `/${index}`, value: '' }));
    const keys = read(folder('/', nodes));
    expect(keys.ok && keys.value.length).toBe(200_000);
  });

  it.each([
    ['', 'as the version 2'],
    ['[]', 'as the version 2'],
    ['{"errorCode":100}', 'as the version 2'],
    ['{"node":1}', 'no key'],
    ['{"node":{"dir":true,"nodes":{}}}', 'a folder that is none'],
    ['{"node":{"value":"x"}}', 'a key without'],
    ['{"node":{"key":"relative","value":"x"}}', 'a key without'],
    ['{"node":{"key":"/a"}}', 'a key without'],
    ['{"node":{"key":"/a","value":1}}', 'a key without'],
    ['{"node":{"key":"/a","value":"x","ttl":1.5}}', 'a sound TTL'],
    ['{"node":{"key":"/a","value":"x","ttl":1e300}}', 'a sound TTL'],
    ['{"node":{"key":"/a","value":"x","ttl":9000000001}}', 'a sound TTL'],
  ])('refuses %s', (json, message) => {
    expect(parseV2Keys(json)).toEqual({ ok: false, error: expect.stringContaining(message) });
  });

  it('never throws', () => {
    const onText = fc.property(fc.oneof(fc.string(), fc.json()), (json) => void parseV2Keys(json));
    const onNodes = fc.property(fc.jsonValue(), (node) => void read(node));
    expect([fc.check(onText).failed, fc.check(onNodes).failed]).toEqual([false, false]);
  });
});

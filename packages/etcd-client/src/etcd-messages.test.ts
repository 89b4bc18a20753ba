import type { IEvent, IKeyValue } from 'etcd3';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byRevision, keyAfter, prefixRange, toEntry, toTxnRequest } from './etcd-messages.ts';

const keyValue = (key: string, revision: number): IKeyValue => ({
  key: Buffer.from(key),
  value: Buffer.from('v'),
  create_revision: '2',
  mod_revision: String(revision),
  version: '1',
  lease: '7587848943239472601',
});

describe('prefixRange', () => {
  it('holds exactly the keys that start with the prefix', () => {
    const text = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(text, text, fc.boolean(), (prefix, other, extend) => {
        const key = Buffer.from(extend ? prefix + other : other);
        const range = prefixRange(prefix);
        const inside = Buffer.compare(key, range.key) >= 0 && Buffer.compare(key, range.range_end) < 0;
        expect(inside).toBe(key.subarray(0, Buffer.byteLength(prefix)).equals(Buffer.from(prefix)));
      }),
    );
  });

  it('is every key for the empty prefix', () => {
    expect(prefixRange('')).toEqual({ key: Buffer.from([0]), range_end: Buffer.from([0]) });
  });
});

describe('keyAfter', () => {
  it('is the least key after another', () => {
    expect(keyAfter(Buffer.from('a'))).toEqual(Buffer.from('a\0'));
  });
});

describe('toEntry', () => {
  it('keeps all 64 bits of a lease', () => {
    expect(toEntry(keyValue('/a', 5))).toEqual({
      key: '/a',
      value: 'v',
      createRevision: 2,
      modRevision: 5,
      lease: '7587848943239472601',
    });
  });
});

describe('byRevision', () => {
  it('keeps the order and joins what one revision changed', () => {
    const event = (type: IEvent['type'], key: string, revision: number): IEvent => {
      const kv = keyValue(key, revision);
      return { type, kv, prev_kv: kv };
    };
    const events = [event('Put', 'a', 5), event('Delete', 'b', 5), event('Put', 'a', 7)];
    const short = byRevision(events).map(({ revision, changes }) => [revision, changes.map((change) => change.type)]);
    expect(short).toEqual([
      [5, ['put', 'delete']],
      [7, ['put']],
    ]);
    expect(byRevision([])).toEqual([]);
  });
});

describe('toTxnRequest', () => {
  it('writes every guard and operation', () => {
    const key = Buffer.from('k');
    const request = toTxnRequest({
      guards: [
        { type: 'absent', key: 'k' },
        { type: 'lease', key: 'k', lease: '7' },
        { type: 'revision', key: 'k', modRevision: 3 },
      ],
      operations: [
        { type: 'put', key: 'k', value: 'v' },
        { type: 'put', key: 'k', value: 'v', lease: '7' },
        { type: 'delete', key: 'k' },
      ],
    });
    expect(request).toEqual({
      compare: [
        { key, result: 'Equal', target: 'Create', create_revision: 0 },
        { key, result: 'Equal', target: 'Lease', lease: '7' },
        { key, result: 'Equal', target: 'Mod', mod_revision: 3 },
      ],
      success: [
        { request_put: { key, value: Buffer.from('v'), lease: '0' } },
        { request_put: { key, value: Buffer.from('v'), lease: '7' } },
        { request_delete_range: { key } },
      ],
    });
  });
});

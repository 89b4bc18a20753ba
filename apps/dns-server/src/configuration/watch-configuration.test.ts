import { type Change, type Entry, NO_LEASE } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { createZoneData } from '../records/zone-data.ts';
import { watchConfiguration } from './watch-configuration.ts';

const KEY = '/skydns/config';
const RECORD = '/skydns/local/a';

const entry = (key: string, value: string): Entry => ({
  key,
  value,
  createRevision: 1,
  modRevision: 1,
  lease: NO_LEASE,
});
const put = (key: string, value: string): Change => ({ type: 'put', entry: entry(key, value) });
const gone = (key: string): Change => ({ type: 'delete', key, modRevision: 1 });

/** What was told, each with the records that were answered from at that moment. */
const watch = () => {
  const told: (readonly [string | undefined, number])[] = [];
  const data = createZoneData({
    prefix: 'skydns',
    nameSeed: 1,
    onRejected: () => undefined,
    onUpdated: () => undefined,
  });
  const watched = watchConfiguration(data, KEY, (value) => told.push([value, data.index.size]));
  const list = (...entries: readonly Entry[]): void => {
    const writer = watched.sink.beginSnapshot();
    writer.add(entries);
    writer.commit(1);
  };
  return { ...watched, data, told, list };
};

describe('watchConfiguration', () => {
  it("tells a listing's configuration before its records are answered from, and that it is gone when one lacks it", () => {
    const { told, list, data } = watch();
    list(entry(KEY, '{}'), entry(RECORD, '{"host":"10.0.0.1"}'));
    expect([data.index.size, told]).toEqual([1, [['{}', 0]]]);
    list(entry(RECORD, '{"host":"10.0.0.1"}'));
    expect(told).toEqual([
      ['{}', 0],
      [undefined, 1],
    ]);
  });

  it('finds it in any page, and says nothing of a listing that is given up', () => {
    const { told, sink } = watch();
    sink.beginSnapshot().add([entry(KEY, '{}')]);
    sink.beginSnapshot().abort();
    expect(told).toEqual([]);
    const writer = sink.beginSnapshot();
    writer.add([entry(KEY, '{}')]);
    writer.add([entry(RECORD, '{}')]);
    writer.commit(1);
    expect(told).toEqual([['{}', 0]]);
  });

  it('tells changes, the last of each revision, and nothing that is not one', () => {
    const { told, sink, list, data } = watch();
    list();
    sink.applyChanges([put(RECORD, '{"host":"10.0.0.1"}')], 2);
    sink.applyChanges([put(KEY, '1'), put(KEY, '2')], 3);
    sink.applyChanges([put(KEY, '2')], 4);
    sink.applyChanges([put(`${KEY}/x`, '3')], 5);
    sink.applyChanges([gone(KEY)], 6);
    expect(told.map(([value]) => value)).toEqual([undefined, '2', '2', undefined]);
    expect([...data.rejected.keys()]).toEqual([`${KEY}/x`]);
  });

  it('takes it from a snapshot, and then from the store', () => {
    const { told, restore, list } = watch();
    const restoring = restore();
    restoring.put(RECORD, '{"host":"10.0.0.1"}');
    restoring.put(KEY, '{}');
    expect(told).toEqual([]);
    restoring.commit(1);
    list();
    expect(told).toEqual([
      ['{}', 0],
      [undefined, 1],
    ]);
  });
});

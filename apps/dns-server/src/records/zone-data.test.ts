import type { Change, Entry } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { createZoneData } from './zone-data.ts';

const entry = (key: string, value: string, lease = '0'): Entry => ({
  key,
  value,
  createRevision: 1,
  modRevision: 1,
  lease,
});
const put = (key: string, value: string, lease?: string): Change => ({ type: 'put', entry: entry(key, value, lease) });
const remove = (key: string): Change => ({ type: 'delete', key, modRevision: 1 });

const web = '/skydns/org/example/web/1';
const host = '{"host":"10.0.0.1"}';

const create = () => {
  const rejected: string[] = [];
  const updates: number[] = [];
  const data = createZoneData({
    prefix: 'skydns',
    nameSeed: 1,
    onRejected: (key) => rejected.push(key),
    onUpdated: (revision) => updates.push(revision),
  });
  const hosts = () => data.index.collect(['example', 'org'], 100)?.records.map(({ service }) => service.host) ?? [];
  return { data, rejected, updates, hosts };
};

describe('createZoneData', () => {
  it('answers from the old records until a new listing is whole, then only from the new ones', () => {
    const { data, hosts } = create();
    data.sink.applyChanges([put(web, host)], 1);
    const snapshot = data.sink.beginSnapshot();
    snapshot.add([entry('/skydns/org/example/a', '{"host":"10.0.0.2"}')]);
    snapshot.add([entry('/skydns/org/example/b', '{"host":"10.0.0.3"}')]);
    expect(hosts()).toEqual(['10.0.0.1']);
    snapshot.commit(9);
    expect(hosts()).toEqual(['10.0.0.2', '10.0.0.3']);
    data.sink.beginSnapshot().abort();
    expect(hosts()).toHaveLength(2);
  });

  it('names each record that cannot be read, forgets what it said before, and keeps its neighbours', () => {
    const { data, rejected, hosts } = create();
    data.sink.applyChanges([put(web, host), put('/skydns/org/example/a', '{"host":"10.0.0.2"}')], 1);
    data.sink.applyChanges([put(web, 'nonsense')], 2);
    expect(rejected).toEqual([web]);
    expect([...data.rejected]).toEqual([[web, 'it is not JSON']]);
    expect(hosts()).toEqual(['10.0.0.2']);
    data.sink.applyChanges([put(web, host)], 3);
    expect(data.rejected.size).toBe(0);
    data.sink.applyChanges([put(web, 'nonsense'), remove(web)], 4);
    expect(data.rejected.size).toBe(0);
  });

  it('keeps the records of every domain', () => {
    const { data } = create();
    data.sink.applyChanges([put(web, host), put('/skydns/arpa/in-addr/10/1', host), put('/skydns/org', host)], 1);
    expect(data.index.collect(['10', 'in-addr', 'arpa'], 100)?.records).toHaveLength(1);
    expect(data.index.collect(['org'], 100)?.records).toHaveLength(2);
  });

  it('ignores keys that are no records, without a word', () => {
    const { data, rejected, updates } = create();
    const foreign = ['/skydns/config', '/skydns/', '/skydns', '/elsewhere/org//web', '/elsewhere/org/example/web'];
    data.sink.applyChanges([...foreign.map((key) => put(key, 'nonsense')), ...foreign.map(remove)], 7);
    expect(data.index.size).toBe(0);
    expect(rejected).toEqual([]);
    expect(updates).toEqual([7]);
  });

  it('names keys with an empty label like records that cannot be read, and nobody else is told of them', () => {
    const told: string[] = [];
    const rejected: string[] = [];
    const data = createZoneData({
      prefix: 'skydns',
      nameSeed: 1,
      onRejected: (key) => rejected.push(key),
      onUpdated: () => undefined,
      onChanged: (key) => told.push(key),
    });
    const keys = ['/skydns/org/example/trail/', '/skydns/org/example/emp//1', '/skydns//', '/skydns/config/'];
    data.sink.applyChanges(
      keys.map((key) => put(key, host)),
      1,
    );
    expect(rejected).toEqual(keys);
    expect(Array.from(data.rejected)).toEqual(keys.map((key) => [key, expect.stringContaining('an empty label')]));
    data.sink.applyChanges(keys.map(remove), 2);
    expect(data.rejected.size).toBe(0);
    const listing = data.sink.beginSnapshot();
    listing.add(keys.map((key) => entry(key, host)));
    listing.commit(3);
    expect([...data.rejected.keys()]).toEqual(keys);
    expect(data.index.size).toBe(0);
    expect(told).toEqual([]);
  });

  it('knows which leases records hang on', () => {
    const { data } = create();
    data.sink.applyChanges([put(web, host, '1'), put('/skydns/org/example/a', host, '1')], 1);
    data.sink.applyChanges([put('/skydns/org/example/b', host, '2'), put(web, host, '2')], 2);
    expect(Array.from(data.leases, ([id, { records }]) => [id, records])).toEqual([
      ['1', 1],
      ['2', 2],
    ]);
    data.sink.applyChanges([put(web, host), remove('/skydns/org/example/a'), remove('/skydns/org/example/b')], 3);
    expect(data.leases.size).toBe(0);
  });

  it('takes records from elsewhere in one step, and hands over to the store', () => {
    const { data, hosts, updates } = create();
    const restore = data.restore();
    restore.put(web, host);
    restore.put('/skydns/org/example/gone', host);
    restore.put('/elsewhere/org/example/web', host);
    restore.remove('/skydns/org/example/gone');
    expect(hosts()).toEqual([]);
    restore.commit(5);
    expect(hosts()).toEqual(['10.0.0.1']);
    expect(data.leases.size).toBe(0);
    expect(updates).toEqual([5]);
    data.sink.beginSnapshot().commit(9);
    expect(hosts()).toEqual([]);
  });

  it('tells of each change of a record, with the record as it is then', () => {
    const told: string[] = [];
    const data = createZoneData({
      prefix: 'skydns',
      nameSeed: 1,
      onRejected: () => undefined,
      onUpdated: (revision) => told.push(`updated ${revision}`),
      onChanged: (key, record) => told.push(`${key} ${record?.service.host ?? 'gone'}`),
      onReplaced: () => told.push('replaced'),
    });
    data.sink.beginSnapshot().commit(1);
    data.sink.applyChanges([put(web, host), put('/skydns/config', host)], 2);
    data.sink.applyChanges([put(web, 'nonsense'), remove('/skydns/config')], 3);
    data.sink.applyChanges([remove(web)], 4);
    data.restore().commit(5);
    expect(told).toEqual([
      'replaced',
      'updated 1',
      `${web} 10.0.0.1`,
      'updated 2',
      `${web} gone`,
      'updated 3',
      `${web} gone`,
      'updated 4',
      'updated 5',
    ]);
  });
});

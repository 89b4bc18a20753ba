import type { Change, Entry } from '@wharf/etcd-client';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createZoneData, type ZoneData } from './zone-data.ts';

const addresses = ['10.0.0.1', '10.0.0.2', '2001:db8::1'];

const entry = (label: string, host: string): Entry => ({
  key: `/skydns/org/${label}`,
  value: host === 'broken' ? '{' : JSON.stringify({ host }),
  createRevision: 1,
  modRevision: 1,
  lease: '0',
});

const create = (): ZoneData =>
  createZoneData({ prefix: 'skydns', nameSeed: 1, onRejected: () => undefined, onUpdated: () => undefined });

const takeAll = (steps: Iterable<void>): void => {
  Array.from(steps);
};

/** What is found by address, as lines. */
const found = (data: ZoneData): readonly string[] =>
  addresses.flatMap((address) => data.recordsOfAddress(address).map((record) => `${address} ${record.key}`)).toSorted();

/** What is to be found, from a look at all records. */
const inRecords = (data: ZoneData): readonly string[] =>
  [...data.index.records()]
    .flatMap(({ host, key }) => (host === undefined || host.type === 'name' ? [] : [`${host.address} ${key}`]))
    .toSorted();

describe('recordsOfAddress', () => {
  const label = fc.constantFrom('a', 'A', 'b', 'b/c', 'd');
  const host = fc.constantFrom(...addresses, 'web.org', 'broken');
  const change = fc.oneof(
    fc.record({ type: fc.constant('put' as const), label, host }),
    fc.record({ type: fc.constant('delete' as const), label }),
  );

  const apply = (
    data: ZoneData,
    changes: readonly ({ readonly label: string } & Partial<{ host: string }>)[],
  ): void => {
    for (const { label, host } of changes) {
      const put: Change | undefined = host === undefined ? undefined : { type: 'put', entry: entry(label, host) };
      data.sink.applyChanges([put ?? { type: 'delete', key: `/skydns/org/${label}`, modRevision: 1 }], 1);
    }
  };

  it('knows of every record, whenever it was told to keep addresses, and through listings', () => {
    fc.assert(
      fc.property(
        fc.array(change),
        fc.array(change),
        fc.array(change),
        fc.array(fc.tuple(label, host)),
        fc.integer({ min: 0, max: 4 }),
        (before, meanwhile, after, listed, taken) => {
          const data = create();
          apply(data, before);
          const listing = data.sink.beginSnapshot();
          listing.add(listed.slice(2).map(([label, host]) => entry(label, host)));
          const steps = data.keepAddresses(true)[Symbol.iterator]();
          for (let at = 0; at < taken; at++) steps.next();
          apply(data, meanwhile);
          while (steps.next().done !== true);
          expect(found(data)).toEqual(inRecords(data));
          apply(data, after);
          expect(found(data)).toEqual(inRecords(data));
          listing.add(listed.slice(0, 2).map(([label, host]) => entry(label, host)));
          listing.commit(2);
          expect(found(data)).toEqual(inRecords(data));
        },
      ),
    );
  });

  it('finds nothing once addresses are forgotten, and all again', () => {
    const data = create();
    takeAll(data.keepAddresses(true));
    apply(data, [{ label: 'a', host: '10.0.0.1' }]);
    expect(found(data)).toHaveLength(1);
    takeAll(data.keepAddresses(false));
    expect(found(data)).toEqual([]);
    takeAll(data.keepAddresses(true));
    expect(found(data)).toHaveLength(1);
  });

  it('forgets what a switch to and fro had begun', () => {
    const data = create();
    apply(data, [
      { label: 'a', host: '10.0.0.1' },
      { label: 'b', host: '10.0.0.2' },
    ]);
    const steps = data.keepAddresses(true)[Symbol.iterator]();
    steps.next();
    takeAll(data.keepAddresses(false));
    while (steps.next().done !== true);
    expect(found(data)).toEqual([]);
  });
});

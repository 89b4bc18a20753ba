import { describe, expect, it } from 'vitest';
import { nameIdentity } from '../records/names.ts';
import { createZoneData } from '../records/zone-data.ts';
import { createStubZoneReader } from './stub-zone-reader.ts';

const setUp = () => {
  const data = createZoneData({
    prefix: 'skydns',
    nameSeed: 1,
    onRejected: () => undefined,
    onUpdated: () => undefined,
  });
  let looks = 0;
  const index = () => ({
    ...data.index,
    stampOf: data.index.stampOf.bind(data.index),
    collect(name: readonly string[], limit: number) {
      looks++;
      return data.index.collect(name, limit);
    },
  });
  const counting = index();
  const read = createStubZoneReader(
    [
      ['skydns', 'local'],
      ['example', 'net'],
    ],
    () => counting,
  );
  let revision = 0;
  const put = (path: string, host: string): void => {
    revision++;
    const entry = {
      key: `/skydns/${path}`,
      value: JSON.stringify({ host }),
      createRevision: revision,
      modRevision: revision,
      lease: '0',
    };
    data.sink.applyChanges([{ type: 'put', entry }], revision);
  };
  return { read, put, looks: () => looks };
};

describe('createStubZoneReader', () => {
  it('reads what all domains say, the first where several name a zone, and none of the domains themselves', () => {
    const { read, put } = setUp();
    put('net/example/dns/stub/corp/1', '10.0.0.2');
    put('local/skydns/dns/stub/corp/1', '10.0.0.1');
    put('net/example/dns/stub/lab/1', '10.0.0.3');
    put('net/example/dns/stub/local/skydns/1', '10.0.0.4');
    const { zones, rejected } = read();
    expect([...zones.keys()].toSorted()).toEqual(['corp', 'lab']);
    expect(zones.get(nameIdentity(['corp']))).toEqual([{ host: '10.0.0.1', port: 53 }]);
    expect(rejected).toEqual([
      { key: '/skydns/net/example/dns/stub/local/skydns/1', reason: 'its zone is a domain that is answered here' },
    ]);
  });

  it('is the same for as long as it says the same, and looks only where something may have changed', () => {
    const { read, put, looks } = setUp();
    const before = read();
    put('local/skydns/web', '10.0.0.1');
    expect(read()).toBe(before);
    put('local/skydns/dns/stub/corp/1', '10.0.0.1');
    put('net/example/dns/stub/lab/1', '10.0.0.1');
    const with2 = read();
    expect(with2.zones.size).toBe(2);
    const looked = looks();
    put('local/skydns/web', '10.0.0.2');
    expect(read()).toBe(with2);
    expect(looks()).toBe(looked);
    put('local/skydns/dns/stub/corp/1', '10.0.0.9');
    expect(read()).not.toBe(with2);
  });
});

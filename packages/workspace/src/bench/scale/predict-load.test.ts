import { describe, expect, it } from 'vitest';
import { type Installation, predictColdStart, predictLoad, predictTraffic } from './predict-load.ts';

const installation: Installation = {
  hosts: 100,
  containersAHost: 20,
  recordsAContainer: 2,
  restartsAContainerADay: 10.8,
  flapsAContainerADay: 0,
  ttlSeconds: 30,
  leasesInUseAServer: 25,
};

describe('predictTraffic', () => {
  it('counts a restart as two writes, each told to every watcher', () => {
    const { records, writes, events, renewals } = predictTraffic(installation);
    expect({ records, writes, events, renewals }).toEqual({ records: 4_000, writes: 1, events: 100, renewals: 10 });
  });

  it('takes a flap for a restart', () => {
    const flapping = { ...installation, restartsAContainerADay: 0, flapsAContainerADay: 10.8 };
    expect(predictTraffic(flapping)).toEqual(predictTraffic(installation));
  });

  it('asks quiet watches only: those of records are, as long as nothing changes', () => {
    expect(predictTraffic({ ...installation, restartsAContainerADay: 0 }).progress).toBe(50);
    expect(predictTraffic({ ...installation, restartsAContainerADay: 1_000 }).progress).toBeCloseTo(25);
  });

  it.each([
    ['by the leases in use', {}, (100 * 25) / 12.5],
    ['by the leases there are', { leasesInUseAServer: 1_000 }, (100 * 100) / 12.5],
    ['up to what a server asks at most', { hosts: 10_000, leasesInUseAServer: 10_000 }, 10_000 * 256],
    ['by the servers there are', { watchers: 3 }, (3 * 25) / 12.5],
  ])('counts looks at leases %s', (_how, other, expected) => {
    expect(predictTraffic({ ...installation, ...other }).leaseLooks).toBeCloseTo(expected);
  });
});

describe('predictLoad', () => {
  it('adds up what each part costs, and shares nothing between agents', () => {
    const load = predictLoad({ ...installation, restartsAContainerADay: 1_080 }, () => 1);
    const { writes, events, renewals, progress, leaseLooks } = load;
    expect(load.etcdCores).toBeCloseTo(1 + writes + events + renewals + progress + leaseLooks);
    expect(load.etcdBytes).toBe(1 + 200 * 2 + 100 + 4_000);
    expect(load).toMatchObject({ dnsServerBytes: 4_001, dnsServerCores: 100, registrarBytes: 21, registrarCores: 1 });
    expect(load.sentBytesASecond).toBe(10_000);
    expect([load.walBytesAnHour, load.dbBytesAnHour]).toEqual([360_000, 360_000]);
  });

  it('grows with the square of the hosts where every server hears of every host', () => {
    const large = { ...installation, hosts: 1_000 };
    expect(predictLoad(large, () => 1).events).toBeCloseTo(100 * predictLoad(installation, () => 1).events);
  });
});

describe('predictColdStart', () => {
  it('lists every record for every server', () => {
    expect(predictColdStart(installation, () => 2)).toEqual({
      etcdCpuSeconds: 800_000,
      sentBytes: 800_000,
      dnsServerCpuSeconds: 8_000,
    });
  });
});

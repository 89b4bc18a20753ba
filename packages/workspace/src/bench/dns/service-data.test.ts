import { parseZoneText, renderRecordText } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import { addressOf, makeServices, renderRecord, renderZone } from './service-data.ts';

describe('makeServices', () => {
  it('gives each instance a key, a name below its service, and an address of its own', () => {
    const services = makeServices(300, 4);
    expect(services[1]?.instances[2]).toEqual({
      name: 'i2.s1.bench.example',
      key: '/skydns/example/bench/s1/i2',
      address: '10.0.0.6',
      port: 20_006,
    });
    const instances = services.flatMap((service) => service.instances);
    expect(instances).toHaveLength(1_200);
    expect(new Set(instances.map(({ address }) => address)).size).toBe(1_200);
    expect(new Set(instances.map(({ key }) => key)).size).toBe(1_200);
  });
});

describe('addressOf', () => {
  it('keeps numbers up to 2^24 apart', () => {
    expect([0, 255, 256, 2 ** 24 - 1].map(addressOf)).toEqual(['10.0.0.0', '10.0.0.255', '10.0.1.0', '10.255.255.255']);
  });
});

describe('renderRecord', () => {
  it('is the JSON of host and port', () => {
    expect(JSON.parse(renderRecord({ address: '10.0.0.1', port: 80 }))).toEqual({ host: '10.0.0.1', port: 80 });
  });
});

describe('renderZone', () => {
  it('is a zone with address and service of each service and each instance', () => {
    const zone = parseZoneText(renderZone(makeServices(2, 4)));
    if (!zone.ok) throw new Error(zone.error);
    const texts = zone.value.map(renderRecordText);
    expect(texts).toHaveLength(3 + 2 * 4 * 4);
    expect(texts.filter((text) => text.startsWith('s1.bench.example. 3600 IN A '))).toHaveLength(4);
    expect(texts).toContain('s0.bench.example. 3600 IN SRV 10 25 20003 i3.s0.bench.example.');
    expect(texts).toContain('i3.s0.bench.example. 3600 IN A 10.0.0.3');
  });
});

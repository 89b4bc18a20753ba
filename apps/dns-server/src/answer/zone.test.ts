import { describe, expect, it } from 'vitest';
import { createZoneLookup } from './zone.ts';

describe('createZoneLookup', () => {
  const zone = (...domain: string[]) => ({ domain, hostmaster: [] });
  const zones = [zone('example', 'org'), zone('east', 'example', 'org'), zone('net')];
  const zoneOf = createZoneLookup(zones);

  it.each([
    ['web.example.org', 0],
    ['EXAMPLE.org', 0],
    ['northeast.example.org', 0],
    ['web.East.example.org', 1],
    ['example.net', 2],
  ])('finds the smallest zone of %s', (name, at) => {
    expect(zoneOf(name.split('.'))).toBe(zones[at]);
  });

  it.each(['org', 'badexample.org', ''])('finds none for "%s"', (name) => {
    expect(zoneOf(name.split('.').filter(Boolean))).toBeUndefined();
  });
});

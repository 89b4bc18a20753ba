import { describe, expect, it } from 'vitest';
import { record } from '../testing/record.ts';
import { MAX_POINTERS, reversePointers } from './reverse-pointers.ts';
import { createZoneLookup } from './zone.ts';

const zoneOf = createZoneLookup([{ domain: ['example', 'local'], hostmaster: ['h', 'example', 'local'] }]);
const name = ['1', '0', '0', '10', 'in-addr', 'arpa'];
const at = (label: string, service = {}) =>
  record([...label.split('.'), 'example', 'local'], { host: '10.0.0.1', ...service });

describe('reversePointers', () => {
  it('points to the targets of SRV, each once, in the order of the keys, with what the first of them says', () => {
    const pointers = reversePointers(
      name,
      [at('b.web', { targetStrip: 1, ttl: 7 }), at('c.web', { targetStrip: 1 }), at('a'), at('WEB', { ttl: 9 })],
      zoneOf,
    );
    expect(pointers.map(({ name, host, service }) => [name, host, service.ttl])).toEqual([
      [name, { type: 'name', name: ['WEB', 'example', 'local'] }, 9],
      [name, { type: 'name', name: ['a', 'example', 'local'] }, undefined],
    ]);
  });

  it('leaves out what is in no zone, whose target is in none, and servers of stub zones', () => {
    const others = [
      record(['web', 'example', 'org'], { host: '10.0.0.1' }),
      at('x', { targetStrip: 3 }),
      at('x', { targetStrip: 2 }),
      at('ns1.org.example.stub.dns'),
    ];
    expect(reversePointers(name, others, zoneOf)).toEqual([]);
  });

  it('has a limit', () => {
    const many = Array.from({ length: MAX_POINTERS + 20 }, (_, index) => at(`n${index}`));
    expect(reversePointers(name, many, zoneOf)).toHaveLength(MAX_POINTERS);
  });
});

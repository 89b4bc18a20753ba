import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { record } from '../testing/record.ts';
import { createAddressIndex } from './address-index.ts';

describe('createAddressIndex', () => {
  it('has exactly the keys that were added and not removed, whatever the order', () => {
    const hosts = fc.constantFrom('10.0.0.1', '10.0.0.2', '2001:DB8::1', 'web.example', '');
    const steps = fc.array(fc.record({ isAdded: fc.boolean(), label: fc.constantFrom('a', 'b', 'c'), host: hosts }));
    fc.assert(
      fc.property(steps, (taken) => {
        const index = createAddressIndex();
        const expected = new Set<string>();
        for (const { isAdded, label, host } of taken) {
          const changed = record([label], host === '' ? {} : { host });
          const address = changed.host?.type === 'name' ? undefined : changed.host?.address;
          if (isAdded) index.add(changed);
          else index.remove(changed);
          if (address === undefined) continue;
          if (isAdded) expected.add(`${address} ${changed.key}`);
          else expected.delete(`${address} ${changed.key}`);
        }
        const addresses = ['10.0.0.1', '10.0.0.2', '2001:db8::1', 'web.example'];
        const found = addresses.flatMap((address) => index.keysOf(address, 10).map((key) => `${address} ${key}`));
        expect(found.toSorted()).toEqual([...expected].toSorted());
        expect(index.size).toBe(new Set([...expected].map((line) => line.split(' ')[0])).size);
      }),
    );
  });

  it('tells no more keys than it is asked for', () => {
    const index = createAddressIndex();
    for (let at = 0; at < 100; at++) index.add(record([String(at)], { host: '10.0.0.1' }));
    expect(index.keysOf('10.0.0.1', 7)).toHaveLength(7);
  });
});

import { describe, expect, it } from 'vitest';
import { parseReverseName } from './reverse-name.ts';

const zeros = '0.'.repeat(23);

describe('parseReverseName', () => {
  it.each([
    ['4.3.2.10.in-addr.arpa', false, '10.2.3.4'],
    ['4.3.2.10.IN-ADDR.ARPA', false, '10.2.3.4'],
    ['3.2.10.in-addr.arpa', true, undefined],
    ['in-addr.arpa', true, undefined],
    ['256.3.2.10.in-addr.arpa', false, undefined],
    ['04.3.2.10.in-addr.arpa', false, undefined],
    ['x.3.2.10.in-addr.arpa', false, undefined],
    ['4.0-25.3.2.10.in-addr.arpa', false, undefined],
    [`B.${zeros}8.b.d.0.1.0.0.2.ip6.arpa`, false, '2001:db8::b'],
    [`10.${zeros}8.b.d.0.1.0.0.2.ip6.arpa`, false, undefined],
    ['8.b.d.0.1.0.0.2.ip6.arpa', true, undefined],
  ])('%s', (name, isNetwork, address) => {
    expect(parseReverseName(name.split('.'))).toEqual({ isNetwork, address });
  });

  it.each(['arpa', 'example.arpa', '4.3.2.10.in-addr.arpa.example.local', 'local'])('%s is none', (name) => {
    expect(parseReverseName(name.split('.'))).toBeUndefined();
  });
});

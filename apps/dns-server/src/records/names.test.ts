import { describe, expect, it } from 'vitest';
import { nameIdentity } from './names.ts';

describe('nameIdentity', () => {
  it('is the same for names that differ in the case of ASCII letters only', () => {
    expect(nameIdentity(['Web', 'EXAMPLE'])).toBe(nameIdentity(['wEB', 'example']));
    expect(nameIdentity(['\u00c9'])).not.toBe(nameIdentity(['\u00e9']));
  });

  it.each([
    [['ns\0dns'], ['ns', 'dns']],
    [['ns.dns'], ['ns', 'dns']],
    [
      ['a', '\udc80b'],
      ['a\udc80', 'b'],
    ],
  ])('tells %j from %j, whatever octets labels hold', (one, other) => {
    expect(nameIdentity(one)).not.toBe(nameIdentity(other));
  });
});

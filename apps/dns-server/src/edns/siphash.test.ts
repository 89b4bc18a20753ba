import { describe, expect, it } from 'vitest';
import { sipHash24 } from './siphash.ts';

/** The key and the messages of the published vectors: the octets 0, 1, 2, ... */
const counting = (length: number): Uint8Array => Uint8Array.from({ length }, (_, index) => index);

const hash = (key: Uint8Array, message: Uint8Array): string => {
  const into = new Uint8Array(10);
  sipHash24(key, message, message.length, into, 1);
  expect([into[0], into[9]]).toEqual([0, 0]);
  return Buffer.from(into.subarray(1, 9)).toString('hex');
};

describe('sipHash24', () => {
  it.each([
    [0, '310e0edd47db6f72'],
    [1, 'fd67dc93c539f874'],
    [2, '5a4fa9d909806c0d'],
    [3, '2d7efbd796666785'],
    [4, 'b7877127e09427cf'],
    [5, '8da699cd64557618'],
    [6, 'cee3fe586e46c9cb'],
    [7, '37d1018bf50002ab'],
    [8, '6224939a79f5f593'],
    [15, 'e545be4961ca29a1'],
  ])('gives the published hash of %i octets', (length, expected) => {
    expect(hash(counting(16), counting(length))).toBe(expected);
  });

  it('looks at no octet behind the length', () => {
    const into = new Uint8Array(8);
    sipHash24(counting(16), counting(40), 15, into, 0);
    expect(Buffer.from(into).toString('hex')).toBe('e545be4961ca29a1');
  });

  it('depends on each octet of the key', () => {
    const hashes = Array.from({ length: 16 }, (_, index) => {
      const key = counting(16);
      key[index] = 0xff;
      return hash(key, counting(9));
    });
    expect(new Set(hashes).size).toBe(16);
  });
});

import { describe, expect, it } from 'vitest';
import { extendedErrorOption, extendedErrors } from './edns.ts';

const edns = { version: 0, udpSize: 512, dnssecOk: false };

describe('extendedErrorOption', () => {
  it('has the code in two octets and the text after them (RFC 8914 section 2)', () => {
    expect(extendedErrorOption({ code: 259, text: 'caf\u00e9' })).toEqual({
      code: 15,
      data: Uint8Array.of(1, 3, 0x63, 0x61, 0x66, 0xc3, 0xa9),
    });
  });

  it('takes any text', () => {
    expect(extendedErrorOption({ code: 0, text: '\ud800' }).data).toEqual(Uint8Array.of(0, 0, 0xef, 0xbf, 0xbd));
  });
});

describe('extendedErrors', () => {
  it('reads all there are, and skips other options and those too short to be one', () => {
    const options = [
      extendedErrorOption({ code: 3, text: 'the store is away' }),
      { code: 10, data: Uint8Array.of(1, 2, 3) },
      { code: 15, data: Uint8Array.of(1) },
      extendedErrorOption({ code: 14, text: '' }),
    ];
    expect(extendedErrors({ ...edns, options })).toEqual([
      { code: 3, text: 'the store is away' },
      { code: 14, text: '' },
    ]);
  });

  it('are none without EDNS', () => {
    expect(extendedErrors(undefined)).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { createHostilePackets, type HostileKind, hostileKinds, isOwedReply } from './hostile-packets.ts';

const names = ['web.example.org', 'example.org'];

function make(seed: number, count: number, kinds?: readonly HostileKind[]): readonly Buffer[] {
  const next = createHostilePackets({ seed, names, ...(kinds === undefined ? {} : { kinds }) });
  return Array.from({ length: count }, () => next().bytes);
}

describe('createHostilePackets', () => {
  it('gives the same packets for the same seed, and others for another', () => {
    expect(make(1, 200)).toEqual(make(1, 200));
    expect(make(1, 200)).not.toEqual(make(2, 200));
  });

  it('gives every kind in turn', () => {
    const next = createHostilePackets({ seed: 1, names });
    expect(hostileKinds.map(() => next().kind)).toEqual(hostileKinds);
  });

  it.each(hostileKinds)('makes packets of the kind %s of many lengths, hardly any of them twice', (kind) => {
    const packets = make(1, 1_000, [kind]);
    expect(new Set(packets.map((bytes) => bytes.length)).size).toBeGreaterThan(5);
    expect(new Set(packets.map((bytes) => bytes.toString('hex'))).size).toBeGreaterThan(900);
    expect(Math.max(...packets.map((bytes) => bytes.length))).toBeLessThan(1_500);
  });

  it('makes nothing but responses as such', () => {
    expect(make(1, 500, ['response']).every((bytes) => ((bytes[2] ?? 0) & 0x80) !== 0)).toBe(true);
  });

  it('makes codes of every opcode', () => {
    const opcodes = make(1, 1_000, ['codes']).map((bytes) => ((bytes[2] ?? 0) >> 3) & 0x0f);
    expect(new Set(opcodes).size).toBe(16);
  });

  it('cuts queries everywhere', () => {
    const lengths = new Set(make(1, 1_000, ['cut']).map((bytes) => bytes.length));
    for (let length = 0; length < 40; length++) expect(lengths).toContain(length);
  });
});

describe('isOwedReply', () => {
  it.each([
    ['a header', '000100000000000000000000', true],
    ['a header that is cut', '0001000000000000000000', false],
    ['a response', '000180000000000000000000', false],
  ])('to %s', (_what, hex, expected) => {
    expect(isOwedReply(Buffer.from(hex, 'hex'))).toBe(expected);
  });
});

/** Length of a key, in octets. */
export const SIPHASH_KEY_OCTETS = 16;

/** Length of a hash, in octets. */
export const SIPHASH_OCTETS = 8;

/** "somepseudorandomlygeneratedbytes", as halves of 32 bits, the lower one first. */
const INITIAL = [
  0x7073_6575, 0x736f_6d65, 0x6e64_6f6d, 0x646f_7261, 0x6e65_7261, 0x6c79_6765, 0x7974_6573, 0x7465_6462,
] as const;

/** Four words of 64 bits, each as two halves, the lower one first. Every hash begins anew. */
const state = new Int32Array(8);

/**
 * SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012), in halves of 32 bits: `bigint` would
 * cost ten times as much.
 * @param key 16 octets
 * @param into takes the hash's 8 octets at `at`
 */
export function sipHash24(key: Uint8Array, message: Uint8Array, length: number, into: Uint8Array, at: number): void {
  for (let half = 0; half < 8; half++) state[half] = (INITIAL[half] ?? 0) ^ littleEndian(key, (half % 4) * 4, 4);
  const whole = length - (length % 8);
  for (let offset = 0; offset < whole; offset += 8) {
    absorb(littleEndian(message, offset, 4), littleEndian(message, offset + 4, 4));
  }
  const rest = length - whole;
  const restHigh = littleEndian(message, whole + 4, Math.max(0, rest - 4));
  absorb(littleEndian(message, whole, Math.min(4, rest)), restHigh | ((length & 0xff) << 24));
  state[4] = (state[4] ?? 0) ^ 0xff;
  mix(4);
  for (let octet = 0; octet < SIPHASH_OCTETS; octet++) {
    const half = octet < 4 ? 0 : 1;
    into[at + octet] = (folded(half) >>> ((octet % 4) * 8)) & 0xff;
  }
}

function folded(half: 0 | 1): number {
  return (state[half] ?? 0) ^ (state[2 + half] ?? 0) ^ (state[4 + half] ?? 0) ^ (state[6 + half] ?? 0);
}

function littleEndian(octets: Uint8Array, offset: number, count: number): number {
  let value = 0;
  for (let index = 0; index < count; index++) value |= (octets[offset + index] ?? 0) << (index * 8);
  return value;
}

function absorb(low: number, high: number): void {
  state[6] = (state[6] ?? 0) ^ low;
  state[7] = (state[7] ?? 0) ^ high;
  mix(2);
  state[0] = (state[0] ?? 0) ^ low;
  state[1] = (state[1] ?? 0) ^ high;
}

/** SipRounds, as in section 2.3 of the paper. */
function mix(rounds: number): void {
  for (let round = 0; round < rounds; round++) {
    addRotateXor(0, 2, 13);
    swapHalves(0);
    addRotateXor(4, 6, 16);
    addRotateXor(0, 6, 21);
    addRotateXor(4, 2, 17);
    swapHalves(4);
  }
}

/** Adds word `b` to word `a`, turns `b` left by `bits` (below 32), and mixes the sum into it. */
function addRotateXor(a: number, b: number, bits: number): void {
  const low = state[b] ?? 0;
  const high = state[b + 1] ?? 0;
  const sum = ((state[a] ?? 0) >>> 0) + (low >>> 0);
  const sumLow = sum | 0;
  const sumHigh = ((state[a + 1] ?? 0) + high + (sum > 0xffff_ffff ? 1 : 0)) | 0;
  state[a] = sumLow;
  state[a + 1] = sumHigh;
  state[b] = ((low << bits) | (high >>> (32 - bits))) ^ sumLow;
  state[b + 1] = ((high << bits) | (low >>> (32 - bits))) ^ sumHigh;
}

/** Turns a word by 32 bits. */
function swapHalves(word: number): void {
  const low = state[word] ?? 0;
  state[word] = state[word + 1] ?? 0;
  state[word + 1] = low;
}

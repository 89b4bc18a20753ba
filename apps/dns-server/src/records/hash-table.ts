/**
 * Numbers other than 0 by hashes of 32 bits; several may have the same hash. Open addressing with linear probing, and no
 * tombstones: what is behind a removed entry moves up (Knuth, The Art of Computer Programming 3, 6.4, algorithm R). It is
 * made of parts that grow one by one, so that no growth takes long.
 */
export interface HashTable {
  add(hash: number, value: number): void;
  /** Removes an entry that is there. */
  remove(hash: number, value: number): void;
  has(hash: number): boolean;
  /** The first value of `hash` that `accepts` takes, or 0. */
  find(hash: number, accepts: (value: number) => boolean): number;
}

/** With four million entries, one part has to move 65,536 when it grows: a millisecond. */
const PART_BITS = 6;

const FIRST_SLOTS = 8;

interface Part {
  /** Each slot has two: the hash, and the value, which is 0 in a free slot. */
  slots: Int32Array;
  /** One less than the number of slots, which is a power of 2. */
  mask: number;
  entries: number;
}

export function createHashTable(): HashTable {
  const parts: readonly Part[] = Array.from({ length: 1 << PART_BITS }, () => ({
    slots: new Int32Array(2 * FIRST_SLOTS),
    mask: FIRST_SLOTS - 1,
    entries: 0,
  }));
  const partOf = (hash: number): Part => parts[hash >>> (32 - PART_BITS)] ?? NO_PART;

  return {
    add(hash, value) {
      const part = partOf(hash);
      if (++part.entries * 4 > (part.mask + 1) * 3) grow(part);
      insert(part, hash, value);
    },
    remove(hash, value) {
      const part = partOf(hash);
      const { slots, mask } = part;
      let slot = hash & mask;
      while (slots[2 * slot + 1] !== value) {
        if (slots[2 * slot + 1] === 0) return;
        slot = (slot + 1) & mask;
      }
      part.entries--;
      closeGap(part, slot);
    },
    has(hash) {
      const { slots, mask } = partOf(hash);
      for (let slot = hash & mask; slots[2 * slot + 1] !== 0; slot = (slot + 1) & mask) {
        if (slots[2 * slot] === hash) return true;
      }
      return false;
    },
    find(hash, accepts) {
      const { slots, mask } = partOf(hash);
      for (let slot = hash & mask; slots[2 * slot + 1] !== 0; slot = (slot + 1) & mask) {
        const value = slots[2 * slot + 1] ?? 0;
        if (slots[2 * slot] === hash && accepts(value)) return value;
      }
      return 0;
    },
  };
}

const NO_PART: Part = { slots: new Int32Array(2), mask: 0, entries: 0 };

function insert({ slots, mask }: Part, hash: number, value: number): void {
  let slot = hash & mask;
  while (slots[2 * slot + 1] !== 0) slot = (slot + 1) & mask;
  slots[2 * slot] = hash;
  slots[2 * slot + 1] = value;
}

function grow(part: Part): void {
  const old = part.slots;
  part.slots = new Int32Array(2 * old.length);
  part.mask = 2 * part.mask + 1;
  for (let at = 0; at < old.length; at += 2) {
    const value = old[at + 1] ?? 0;
    if (value !== 0) insert(part, old[at] ?? 0, value);
  }
}

/** Frees a slot; the entries behind it that are not in their place because of it, or of each other, move up. */
function closeGap({ slots, mask }: Part, slot: number): void {
  let gap = slot;
  for (let next = (gap + 1) & mask; slots[2 * next + 1] !== 0; next = (next + 1) & mask) {
    const hash = slots[2 * next] ?? 0;
    if (((next - hash) & mask) < ((next - gap) & mask)) continue;
    slots[2 * gap] = hash;
    slots[2 * gap + 1] = slots[2 * next + 1] ?? 0;
    gap = next;
  }
  slots[2 * gap + 1] = 0;
}

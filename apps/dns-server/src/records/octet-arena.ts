/** Where a block is: 32 bits, 0 for none. */
export type BlockRef = number;

/** A stretch of memory that blocks are in. */
export interface ArenaChunk {
  readonly octets: Buffer;
  /** The same memory as 32-bit integers. */
  readonly words: Int32Array;
}

/**
 * Memory for many small blocks outside of the JavaScript heap, where the garbage collector need not look at each. A block
 * begins at a multiple of 8 octets. What is released is used again for blocks of about the same size, and goes away with
 * the whole arena.
 */
export interface OctetArena {
  /**
   * A block of at least `length` octets, whatever they hold.
   * @throws RangeError beyond 32 GiB
   */
  allocate(length: number): BlockRef;
  /** Gives back a block that was allocated with `length`. */
  release(ref: BlockRef, length: number): void;
  /** The memory that holds the block, from octet `startOf(ref)` on. */
  chunkOf(ref: BlockRef): ArenaChunk;
}

const CHUNK_OCTETS = 256 * 1024;

/** A reference is the number of the chunk, and in its lower bits the place in it in units of 8 octets. */
const PLACE_BITS = 15;
const PLACES = 1 << PLACE_BITS;

const MAX_CHUNKS = 1 << (32 - PLACE_BITS);

/** Larger blocks have a chunk of their own; if there were nothing but these, 8 GiB would fit. */
const MAX_SHARED_OCTETS = 65_536;

/** The octet of its chunk that a block begins at. */
export function startOf(ref: BlockRef): number {
  return (ref & (PLACES - 1)) << 3;
}

export function createOctetArena(): OctetArena {
  const chunks: (ArenaChunk | undefined)[] = [];
  const freeChunks: number[] = [];
  /** By capacity, the block that was released last; each names the one before in its first word. */
  const freeBlocks = new Map<number, BlockRef>();
  /** Where the unused rest of the newest shared chunk is. */
  let current = 0;
  let used = CHUNK_OCTETS;

  const addChunk = (octets: number): number => {
    const chunk = createChunk(octets);
    const number = freeChunks.pop() ?? chunks.length;
    if (number === MAX_CHUNKS) throw new RangeError('there are more records than memory can be kept for');
    chunks[number] = chunk;
    return number;
  };

  const chunkOf = (ref: BlockRef): ArenaChunk => chunks[ref >>> PLACE_BITS] ?? NO_CHUNK;

  return {
    chunkOf,
    allocate(length) {
      const capacity = capacityFor(length);
      // The reference 0 is none: the place it would be is in the first chunk, which is always a shared one.
      if (capacity > MAX_SHARED_OCTETS && chunks.length > 0) return addChunk(capacity) << PLACE_BITS;
      const free = freeBlocks.get(capacity) ?? 0;
      if (free !== 0) {
        freeBlocks.set(capacity, chunkOf(free).words[startOf(free) >> 2] ?? 0);
        return free;
      }
      if (used + capacity > CHUNK_OCTETS) {
        current = addChunk(CHUNK_OCTETS);
        used = current === 0 ? 8 : 0;
        if (capacity > MAX_SHARED_OCTETS) return addChunk(capacity) << PLACE_BITS;
      }
      const ref = (current << PLACE_BITS) | (used >> 3);
      used += capacity;
      return ref;
    },
    release(ref, length) {
      const capacity = capacityFor(length);
      if (capacity > MAX_SHARED_OCTETS) {
        chunks[ref >>> PLACE_BITS] = undefined;
        freeChunks.push(ref >>> PLACE_BITS);
        return;
      }
      chunkOf(ref).words[startOf(ref) >> 2] = freeBlocks.get(capacity) ?? 0;
      freeBlocks.set(capacity, ref);
    },
  };
}

const NO_CHUNK = createChunk(0);

function createChunk(length: number): ArenaChunk {
  const memory = new ArrayBuffer(length);
  return { octets: Buffer.from(memory), words: new Int32Array(memory) };
}

/** Sizes in steps of 8 octets, and of an eighth or less where they are larger, so that released blocks find takers. */
function capacityFor(length: number): number {
  const step = length <= 64 ? 8 : 2 ** (28 - Math.clz32(length - 1));
  return Math.max(8, Math.ceil(length / step) * step);
}

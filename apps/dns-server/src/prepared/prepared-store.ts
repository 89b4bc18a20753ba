import { createOctetRing, type OctetRing } from './octet-ring.ts';
import type { PreparedEntry } from './prepared-entry.ts';
import { createPreparedTable, type PreparedTable } from './prepared-table.ts';
import { createRecentHashes, type RecentHashes } from './recent-hashes.ts';

/** Times four is how many questions are kept: a thousand services, asked in all ways, are six thousand. */
const SETS = 8_192;

/** Octets of all replies; memory is taken as it is used. */
const RING_OCTETS = 32 * 1_024 * 1_024;

/** Where prepared replies are kept: of bounded size, whatever is asked. */
export interface PreparedStore extends Pick<PreparedTable, 'size' | 'find' | 'clear'> {
  put(entry: PreparedEntry): void;
  readonly ring: OctetRing;
  /** Questions that were asked of late and are not kept. */
  readonly recent: RecentHashes;
  /** 32 random bits, of the questions' hashes: nobody outside can choose questions that collide. */
  readonly seed: number;
}

export interface PreparedStoreOptions extends Pick<PreparedStore, 'seed'> {
  readonly sets?: number;
  readonly ringOctets?: number;
  /** Told how many questions have replies that are kept, whenever that is another number. */
  readonly onSize: (questions: number) => void;
  /** Told when a question had to make room for another. */
  readonly onEviction: () => void;
}

export function createPreparedStore(options: PreparedStoreOptions): PreparedStore {
  const { sets = SETS, ringOctets = RING_OCTETS, seed, onSize, onEviction } = options;
  const table = createPreparedTable(sets);
  return {
    get size() {
      return table.size;
    },
    find: (octets, nameStart, nameEnd, type, room, hash) => table.find(octets, nameStart, nameEnd, type, room, hash),
    put(entry) {
      if (table.put(entry)) onEviction();
      onSize(table.size);
    },
    clear() {
      table.clear();
      onSize(0);
    },
    ring: createOctetRing(ringOctets),
    recent: createRecentHashes(),
    seed,
  };
}

import { createOctetRing, type OctetRing } from './octet-ring.ts';
import { createPreparedTable, type PreparedTable } from './prepared-table.ts';
import { createRecentHashes, type RecentHashes } from './recent-hashes.ts';

/** Times four is how many questions are kept: a thousand services, asked in all ways, are six thousand. */
const SETS = 8_192;

/** Octets of all replies; memory is taken as it is used. */
const RING_OCTETS = 32 * 1_024 * 1_024;

/** Where prepared replies are kept: of bounded size, whatever is asked. */
export interface PreparedStore {
  readonly table: PreparedTable;
  readonly ring: OctetRing;
  /** Questions that were asked of late and are not kept. */
  readonly recent: RecentHashes;
  /** 32 random bits, of the questions' hashes: nobody outside can choose questions that collide. */
  readonly seed: number;
  /** Told when replies to a question begin to be kept, and whether another had to make room for it. */
  readonly onKept: (isEviction: boolean) => void;
}

export interface PreparedStoreOptions extends Pick<PreparedStore, 'seed' | 'onKept'> {
  readonly sets?: number;
  readonly ringOctets?: number;
}

export function createPreparedStore(options: PreparedStoreOptions): PreparedStore {
  const { sets = SETS, ringOctets = RING_OCTETS, seed, onKept } = options;
  return {
    table: createPreparedTable(sets),
    ring: createOctetRing(ringOctets),
    recent: createRecentHashes(),
    seed,
    onKept,
  };
}

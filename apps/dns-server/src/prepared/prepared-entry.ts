import type { LeaseId } from '@wharf/etcd-client';
import type { Stamp } from '../records/record-index.ts';
import type { LeaseTtl } from './lease-ttls.ts';

/** One form of a reply, without OPT: with equal records it begins at one of them. */
export interface Variant {
  /** Of the ring that holds its octets. */
  readonly ticket: number;
  readonly octets: number;
  /** EDNS options that go with it. */
  readonly options: Uint8Array;
  /** What it was made of, and the versions of that. */
  readonly stamps: readonly Stamp[];
  readonly versions: readonly number[];
  /** The epoch's version when this was looked at last; NaN where a lease has to be looked at whenever it is used. */
  seenVersion: number;
  /** TTLs that count down with leases; none for most. */
  readonly leaseTtls: readonly LeaseTtl[];
  /** The leases of all its records. */
  readonly leases: readonly LeaseId[];
  /** When the first of these TTLs is another than what is written; on the monotonic clock. */
  nextChangeMs: number;
  /** How often it may be used before it is made anew. */
  usesLeft: number;
}

/** What is kept for a question. */
export interface PreparedEntry {
  readonly hash: number;
  readonly type: number;
  /** How many octets replies may have, OPT apart, where they are cut to that; `WHOLE` where nothing is left out. */
  readonly room: number;
  /** The name as in the question, in lower case. */
  readonly name: Uint8Array;
  /** How long the reply was, and the EDNS options with it, when nothing was left out. */
  wholeOctets: number;
  optionOctets: number;
  /** Each is made when it is first wanted. */
  readonly variants: (Variant | undefined)[];
  /** By the table's count of uses. */
  usedAt: number;
}

export const WHOLE = 0;

/**
 * Whether what the variant was made of is unchanged.
 * @param version of the epoch: while that is the same no stamp but those of leases is another
 */
export function isValid(variant: Variant, version: number): boolean {
  if (variant.seenVersion === version) return true;
  const { stamps, versions } = variant;
  for (let at = 0; at < stamps.length; at++) {
    if (stamps[at]?.version !== versions[at]) return false;
  }
  if (!Number.isNaN(variant.seenVersion)) variant.seenVersion = version;
  return true;
}

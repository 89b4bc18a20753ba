import { MAX_TTL_SECONDS } from '@wharf/dns-wire';
import { ttlFields } from './ttl-fields.ts';
import type { KnownLeaseEnd } from './witness-sources.ts';

/** A TTL that is what is left of a lease, if the record does not say less. */
export interface LeaseTtl {
  /** Of the field in the message. */
  readonly field: number;
  readonly capSeconds: number;
  /** When the lease ends, on the monotonic clock. */
  readonly endsMs: number;
}

/**
 * The TTLs of a message that count down.
 * @param capped the message as it would be if no lease ended
 * @param ranked the same with TTLs that are the rank, from 1 on, of the lease that ends first, or above all ranks
 */
export function findLeaseTtls(capped: Buffer, ranked: Buffer, ends: readonly KnownLeaseEnd[]): readonly LeaseTtl[] {
  return ttlFields(ranked).flatMap((field) => {
    const end = ends[ranked.readUInt32BE(field) - 1];
    return end === undefined ? [] : [{ field, capSeconds: capped.readUInt32BE(field), endsMs: end.endsMs }];
  });
}

/**
 * Writes the TTLs as of `nowMs` into the message at `start`, as `recordTtl` has them: at least a second.
 * @returns when the first of them is to be written anew
 */
export function writeLeaseTtls(memory: Buffer, start: number, ttls: readonly LeaseTtl[], nowMs: number): number {
  let nextChangeMs = Number.POSITIVE_INFINITY;
  for (const { field, capSeconds, endsMs } of ttls) {
    const leftSeconds = Math.floor((endsMs - nowMs) / 1_000);
    const leaseSeconds = Math.min(Math.max(leftSeconds, 1), MAX_TTL_SECONDS);
    memory.writeUInt32BE(Math.min(capSeconds, leaseSeconds), start + field);
    // Above the cap nothing changes, but whoever uses the lease says so once a second.
    nextChangeMs = Math.min(nextChangeMs, endsMs - leftSeconds * 1_000);
  }
  return nextChangeMs;
}

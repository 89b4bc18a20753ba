import { MAX_TTL_SECONDS } from '@wharf/dns-wire';
import type { LeaseId } from '@wharf/etcd-client';
import { clamp } from '../clamp.ts';
import type { IndexedRecord } from '../records/indexed-record.ts';
import type { AnswerPolicy } from './context.ts';

/** What is served while the store is away may be wrong by now: clients keep it for 30 s (RFC 8767, section 4). */
export const STALE_TTL_SECONDS = 30;

/** How long clients keep what hangs on a lease that nobody has asked about yet. */
export const UNKNOWN_LEASE_SECONDS = 5;

/** What TTLs depend on besides the record. */
export interface TtlFacts {
  readonly policy: Pick<AnswerPolicy, 'ttlSeconds'>;
  /** Whether the store is away, so that nobody knows whether the record still stands. */
  readonly isStale: boolean;
  /** Seconds until a lease ends unless it is renewed; undefined while that is not known. */
  readonly remainingSeconds: (lease: LeaseId) => number | undefined;
}

/**
 * The smaller of what is left of the key's lease and the record's own `ttl`; with neither, the default. A `ttl`
 * of 0 counts as none, as in SkyDNS. A lease that nobody knows yet allows a few seconds, for most are known soon; one that
 * seems to be over while its key is still there allows a second, and one that lasts longer than a TTL can, the longest.
 */
export function recordTtl({ lease, service }: IndexedRecord, facts: TtlFacts): number {
  if (facts.isStale) return Math.min(ownTtl(service.ttl) ?? facts.policy.ttlSeconds, STALE_TTL_SECONDS);
  const leaseSeconds =
    lease === undefined
      ? undefined
      : clamp(Math.floor(facts.remainingSeconds(lease) ?? UNKNOWN_LEASE_SECONDS), 1, MAX_TTL_SECONDS);
  const ttl = ownTtl(service.ttl);
  if (leaseSeconds === undefined) return ttl ?? facts.policy.ttlSeconds;
  return ttl === undefined ? leaseSeconds : Math.min(ttl, leaseSeconds);
}

function ownTtl(ttl: number | undefined): number | undefined {
  return ttl === 0 ? undefined : ttl;
}

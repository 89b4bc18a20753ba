import type { Labels } from '@wharf/record-schema';
import type { IndexedRecord } from '../records/indexed-record.ts';
import type { NameBelow } from '../records/record-index.ts';
import type { ServerFacts } from './chaos.ts';
import type { OutsideLookup } from './outside-lookup.ts';
import type { ZoneLookup } from './zone.ts';

/** What is known about a name: its records, none for an empty non-terminal; undefined when the name does not exist. */
export type NameLookup = (name: Labels) => readonly IndexedRecord[] | undefined;

/** The names one level below a name that records make exist, in the order of their keys. */
export type NameList = (name: Labels) => readonly NameBelow[];

/** How records that leave something open are answered. Times are in seconds. */
export interface AnswerPolicy {
  /** TTL of records that say none and have no lease. */
  readonly ttlSeconds: number;
  /** TTL of answers that say "there is none" (RFC 2308). */
  readonly minTtlSeconds: number;
  /** SRV priority of records that say none, or 0 (as in SkyDNS). */
  readonly priority: number;
}

/** Everything that an answer depends on besides the question. */
export interface AnswerContext {
  /** What the server says about itself in class CH; undefined when it does not. */
  readonly server: ServerFacts | undefined;
  readonly policy: AnswerPolicy;
  readonly zoneOf: ZoneLookup;
  readonly lookUp: NameLookup;
  readonly listBelow: NameList;
  /** What is known of names outside of the zones. */
  readonly elsewhere: OutsideLookup;
  /** Seconds that a client may keep what this record says. */
  readonly ttlOf: (record: IndexedRecord) => number;
  /** Serial number of the SOA record, 32 bits. */
  readonly serial: number;
  /** In [0, 1): where in a set of equal records the answer begins; 0 keeps the order of the keys. */
  readonly turn: number;
}

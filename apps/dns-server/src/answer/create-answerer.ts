import type { HostPort } from '@wharf/agent';
import type { Message } from '@wharf/dns-wire';
import type { LeaseId } from '@wharf/etcd-client';
import { type AnswerConfig, identityOf, zonesOf } from '../config.ts';
import type { IndexedRecord } from '../records/indexed-record.ts';
import type { RecordIndex } from '../records/record-index.ts';
import { stubZoneOf } from '../upstream/choose-servers.ts';
import type { StubZones } from '../upstream/stub-zones.ts';
import { answerMessage, type DataState } from './answer-message.ts';
import type { ServerFacts } from './chaos.ts';
import type { AnswerContext, AnswerPolicy } from './context.ts';
import { createNameList, createNameLookup } from './name-lookup.ts';
import { nobodyElse, type OutsideLookup } from './outside-lookup.ts';
import { recordTtl, STALE_TTL_SECONDS } from './record-ttl.ts';
import { hourSerial } from './soa.ts';
import { createZoneLookup, type ZoneLookup } from './zone.ts';

/** What is known of the store; asked for each query. */
export interface StoreFacts {
  index(): RecordIndex;
  state(): DataState;
  /** The records whose host is this address, where the configuration says `autoPtr`. */
  recordsOfAddress(address: string): readonly IndexedRecord[];
  /** Seconds until a lease ends unless it is renewed; undefined while that is not known. */
  remainingSeconds(lease: LeaseId): number | undefined;
}

/** What answers depend on that changes while the server runs; asked for each query. */
export interface AnswerSources extends StoreFacts {
  /** Milliseconds since 1970. */
  wallMs(): number;
  /** What the server says about itself, where the configuration says `chaos`. */
  readonly server: ServerFacts;
  /** A number in [0, 1). */
  random(): number;
  /** Zones that others are asked about; none when absent. */
  stubZones?(): StubZones;
}

/**
 * Answers a query; undefined when it must not be answered.
 * @param elsewhere what is known of names outside of the zones; when absent, nobody else is ever asked
 * @param turn in [0, 1): where sets begin, random when absent. A query that is answered again because more is known
 * elsewhere has the same turn again, or it would want to know something else.
 */
export type Answerer = (query: Message, elsewhere?: OutsideLookup, turn?: number) => Message | undefined;

/**
 * A server's answers without its sockets: what `config` says, from what the sources know now.
 * @param listen where the server is asked
 */
export function createAnswerer(config: AnswerConfig, listen: HostPort, sources: AnswerSources): Answerer {
  const stalePolicy = stalePolicyOf(config.policy);
  const zones = zonesOf(config);
  const zoneOf = withoutStubZones(createZoneLookup(zones), () => sources.stubZones?.() ?? NO_STUB_ZONES);
  const { matching, wildcards } = config;
  const index = () => sources.index();
  const lookUp = createNameLookup({
    zones,
    server: identityOf(listen, config.local),
    matching,
    wildcards,
    index,
    recordsOfAddress: config.autoPtr ? (address) => sources.recordsOfAddress(address) : undefined,
  });
  const listBelow = createNameList(index);

  return (query, elsewhere = nobodyElse, turn) => {
    const state = sources.state();
    const policy = state === 'stale' ? stalePolicy : config.policy;
    const ttlFacts = {
      policy,
      isStale: state === 'stale',
      remainingSeconds: (lease: LeaseId) => sources.remainingSeconds(lease),
    };
    const context: AnswerContext = {
      server: config.chaos ? sources.server : undefined,
      policy,
      zoneOf,
      lookUp,
      listBelow,
      elsewhere,
      ttlOf: (record) => recordTtl(record, ttlFacts),
      serial: hourSerial(sources.wallMs()),
      turn: config.roundRobin ? (turn ?? sources.random()) : 0,
    };
    return answerMessage(query, state, context);
  };
}

/** What is said about the zone, and that there is none of something, may be wrong by now as records may. */
function stalePolicyOf(policy: AnswerPolicy): AnswerPolicy {
  return {
    ...policy,
    ttlSeconds: Math.min(policy.ttlSeconds, STALE_TTL_SECONDS),
    minTtlSeconds: Math.min(policy.minTtlSeconds, STALE_TTL_SECONDS),
  };
}

const NO_STUB_ZONES: StubZones = new Map();

/** What is in a stub zone is outside of the zone that this is a part of: others are asked about it. */
function withoutStubZones(zoneOf: ZoneLookup, stubZones: () => StubZones): ZoneLookup {
  return (name) => {
    const zone = zoneOf(name);
    const stub = zone && stubZoneOf(name, stubZones());
    return stub !== undefined && stub.length > (zone?.domain.length ?? 0) ? undefined : zone;
  };
}

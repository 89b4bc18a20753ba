import { createManualClock, createMetrics, type ManualClock, Registry } from '@wharf/agent';
import { decodeMessage } from '@wharf/dns-wire';
import type { LeaseId } from '@wharf/etcd-client';
import type { DataState } from '../answer/answer-message.ts';
import { type AnswerSources, createAnswerer } from '../answer/create-answerer.ts';
import { respond, type Transport } from '../answer/respond.ts';
import type { DnsServerConfig } from '../config.ts';
import { dnsServerMetrics } from '../metrics.ts';
import { createFastObserver } from '../prepared/fast-observer.ts';
import { createPreparedAnswers } from '../prepared/prepared-answers.ts';
import { createPreparedStore, type PreparedStore } from '../prepared/prepared-store.ts';
import { createZoneData, type ZoneData } from '../records/zone-data.ts';
import { refusalOfAnyName } from '../upstream/may-forward.ts';

/** A lease as the test has it; its version goes up when its end moves. */
export interface TestLease {
  version: number;
  endsMs: number | undefined;
}

/** The answerer, and prepared answers over the same records; what both depend on is in the hands of the test. */
export interface PreparedPair {
  readonly data: ZoneData;
  readonly clock: ManualClock;
  readonly registry: Registry;
  readonly store: PreparedStore;
  readonly leases: Map<LeaseId, TestLease>;
  readonly world: { state: DataState; turn: number };
  put(key: string, value: string, lease?: LeaseId): void;
  remove(key: string): void;
  slow(query: Buffer, transport: Transport): Buffer | undefined;
  /** Undefined when the answerer has to be asked. */
  fast(query: Buffer, transport: Transport): Buffer | undefined;
}

const MAX_OCTETS = 65_535;

export function createPreparedPair(
  config: DnsServerConfig,
  size: { readonly sets?: number; readonly ringOctets?: number } = {},
): PreparedPair {
  const nameSeed = 0x1234_5678;
  const clock = createManualClock();
  const registry = new Registry();
  const leases = new Map<LeaseId, TestLease>();
  const world: PreparedPair['world'] = { state: 'current', turn: 0 };
  const data = createZoneData({
    prefix: config.pathPrefix,
    nameSeed,
    onRejected: () => undefined,
    onUpdated: () => undefined,
  });
  Array.from(data.keepAddresses(config.answers.autoPtr));
  const store = createPreparedStore({ ...size, seed: 0x5eed, onSize: () => undefined, onEviction: () => undefined });
  const sources: AnswerSources = {
    index: () => data.index,
    state: () => world.state,
    recordsOfAddress: (address) => data.recordsOfAddress(address),
    remainingSeconds(lease) {
      const endsMs = leases.get(lease)?.endsMs;
      return endsMs === undefined ? undefined : (endsMs - clock.monotonicMs()) / 1_000;
    },
    wallMs: () => clock.wallMs(),
    server: { version: 'wharf', hostname: 'host' },
    random: () => world.turn,
  };
  const answer = createAnswerer(config.answers, config.listen, sources);
  const prepared = createPreparedAnswers({
    config: config.answers,
    listen: config.listen,
    sources,
    nameSeed,
    leaseEnd: (lease) => leases.get(lease),
    clock,
    store,
    observe: createFastObserver(createMetrics(dnsServerMetrics, registry)),
    cookies: undefined,
    isRecursionAvailable: () => false,
    // As it is for the answerer, which knows of nobody else.
    refusalFor: () =>
      refusalOfAnyName({ recursionDesired: false, isLocal: true, allowAll: true, isStub: false, noRec: true }),
  });
  const into = Buffer.alloc(MAX_OCTETS);
  let revision = 0;

  return {
    data,
    clock,
    registry,
    store,
    leases,
    world,
    put(key, value, lease = '0') {
      revision++;
      const entry = { key, value, createRevision: 1, modRevision: revision, lease };
      data.sink.applyChanges([{ type: 'put', entry }], revision);
    },
    remove(key) {
      revision++;
      data.sink.applyChanges([{ type: 'delete', key, modRevision: revision }], revision);
    },
    slow: (query, transport) => respond(query, transport, answer).reply?.bytes,
    fast(query, transport) {
      const client = { transport, address: () => '192.0.2.1', isLocal: () => false };
      const octets = prepared.answer(query, 0, query.length, client, into, 0);
      return octets === 0 ? undefined : Buffer.from(into.subarray(0, octets));
    },
  };
}

/** What a reply says, without regard to the case of names. */
export function meaningOf(reply: Buffer | undefined): unknown {
  if (reply === undefined) return undefined;
  const decoded = decodeMessage(reply);
  if (!decoded.ok) throw new Error(decoded.error.message);
  return JSON.parse(JSON.stringify(decoded.value).toLowerCase());
}

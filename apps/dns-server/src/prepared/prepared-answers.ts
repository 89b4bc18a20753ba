import type { Clock, HostPort } from '@wharf/agent';
import { MAX_MESSAGE_OCTETS } from '@wharf/dns-wire';
import type { LeaseId } from '@wharf/etcd-client';
import { type AnswerSources, createAnswerer } from '../answer/create-answerer.ts';
import { type AnswerConfig, zonesOf } from '../config.ts';
import type { LeaseEnd } from '../io/lease-tracker.ts';
import type { Client } from '../io/responder.ts';
import { lowerCaseOctet } from '../records/name-hash.ts';
import { createEpoch } from './epoch.ts';
import type { FastObserver, PreparedHow } from './fast-observer.ts';
import { writeLeaseTtls } from './lease-ttls.ts';
import { createMissingNames, wireName } from './missing-names.ts';
import { createWalker, type Walk } from './name-walk.ts';
import { ANY_TTL_SECONDS, createReplyMaker, encode, type PreparedReply, type ReplyMaker } from './prepare-reply.ts';
import { type PreparedEntry, WHOLE } from './prepared-entry.ts';
import type { PreparedStore } from './prepared-store.ts';
import { createReplyWriter, type ReplyWriterOptions, type Request } from './reply-writer.ts';
import { createScannedQuery, scanQuery } from './scan-query.ts';
import { cutLimit, replyLimit } from './size-class.ts';
import { isUsable, mayBeKept, type NewVariant, variantCount, variantOf } from './variants.ts';
import { witnessSources } from './witness-sources.ts';

const HEADER_OCTETS = 12;

/** Types whose replies are kept; one to any other is short and rare, and of those there are too many. */
const KEPT_TYPES: ReadonlySet<number> = new Set([1, 2, 5, 6, 12, 15, 16, 28, 33, 64, 65, 255]);

/** Types that are no data: 128 to 255 and OPT (RFC 6895, section 3.1). */
function isDataType(type: number): boolean {
  return (type < 128 && type !== 41) || type > 255;
}

export interface PreparedAnswersOptions extends Omit<ReplyWriterOptions, 'query'> {
  readonly config: AnswerConfig;
  readonly listen: HostPort;
  readonly sources: AnswerSources;
  /** Of the index. */
  readonly nameSeed: number;
  /** Undefined: nothing can be said about the lease, not even that it is unknown. */
  readonly leaseEnd: (lease: LeaseId) => LeaseEnd | undefined;
  readonly clock: Clock;
  /** Emptied now, and used by nobody else from now on. */
  readonly store: PreparedStore;
  readonly observe: FastObserver;
}

/** Replies that were made before: from the bytes of a query to the bytes of the reply, and nothing between. */
export interface PreparedAnswers {
  /**
   * Answers the query `packet[start]` to `packet[end - 1]` if it is a plain one about a name in the zones; makes and keeps
   * what is not kept yet. The reply is what the answerer says, but names that are compressed have the question's case.
   * @returns how many octets were written to `into` from `at` on; 0 when somebody else has to answer
   */
  answer(packet: Buffer, start: number, end: number, client: Client, into: Buffer, at: number): number;
}

export function createPreparedAnswers(options: PreparedAnswersOptions): PreparedAnswers {
  const { config, sources, clock, observe, cookies, store } = options;
  const { table, ring } = store;
  const query = createScannedQuery();
  const writer = createReplyWriter({ ...options, query });
  const walk: Walk = { zone: -1, nameHash: 0, isSpecial: false };
  const domains = zonesOf(config).map(({ domain }) => wireName(domain));
  const walkName = createWalker(domains, options.nameSeed);
  const epoch = createEpoch(config, sources);
  let turn = 0;
  const make = createMaker(options, () => turn);
  const missing = createMissingNames({ domains, make, random: () => sources.random() });
  /** Of the query that is being answered. */
  let nowMs = 0;
  let limit = 0;
  let how: PreparedHow = 'kept';
  const kept = { memory: ring.memory, start: 0, octets: 0, options: NO_OPTIONS };
  table.clear();

  const find = (packet: Buffer, room: number): PreparedEntry | undefined =>
    table.find(packet, query.start + HEADER_OCTETS, query.nameEnd, query.type, room, query.hash ^ room);

  /** The entry that the limit allows. */
  const findFitting = (packet: Buffer): PreparedEntry | undefined => {
    const whole = find(packet, WHOLE);
    if (whole === undefined) return undefined;
    const edns = writer.ednsOctets(whole.optionOctets);
    return whole.wholeOctets + edns <= limit ? whole : find(packet, cutLimit(limit) - edns);
  };

  const sendKept = (request: Request): number => {
    how = 'kept';
    const entry = findFitting(request.packet);
    if (entry === undefined) return 0;
    const variant = entry.variants[Math.floor(turn * entry.variants.length)];
    if (variant === undefined || !isUsable(variant, ring, epoch.version)) return 0;
    if (variant.octets + writer.ednsOctets(variant.options.length) > limit) return 0;
    variant.usesLeft--;
    kept.start = ring.offsetOf(variant.ticket);
    kept.octets = variant.octets;
    kept.options = variant.options;
    if (nowMs >= variant.nextChangeMs) {
      variant.nextChangeMs = writeLeaseTtls(ring.memory, kept.start, variant.leaseTtls, nowMs);
      // They are asked about again because an answer has needed them.
      for (const lease of variant.leases) sources.remainingSeconds(lease);
    }
    return writer.stored(kept, request);
  };

  /** The entry for the question, with as many variants as the reply has. */
  const entryFor = (packet: Buffer, room: number, variants: number): PreparedEntry => {
    const found = find(packet, room);
    if (found?.variants.length === variants) return found;
    const entry: PreparedEntry = {
      hash: query.hash ^ room,
      type: query.type,
      room,
      name: lowerCaseCopy(packet, query.start + HEADER_OCTETS, query.nameEnd),
      wholeOctets: 0,
      optionOctets: 0,
      variants: Array.from({ length: variants }, () => undefined),
      usedAt: 0,
    };
    store.onKept(table.put(entry));
    return entry;
  };

  const keep = (packet: Buffer, reply: PreparedReply, bytes: Buffer, room: number, variant: NewVariant): void => {
    const variants = config.roundRobin ? variantCount(reply.message, bytes.length) : 1;
    const whole = entryFor(packet, WHOLE, variants);
    whole.wholeOctets = reply.whole.length;
    whole.optionOctets = reply.options.length;
    const entry = room === WHOLE ? whole : entryFor(packet, room, variants);
    entry.variants[Math.floor(turn * variants)] = { ...variant, ticket: ring.add(bytes) };
  };

  /** A question that is asked once, as by somebody who walks through all names, takes no other's place. */
  const isWorthKeeping = (packet: Buffer): boolean =>
    find(packet, WHOLE) !== undefined || store.recent.isRepeated(query.hash);

  const sendNew = (request: Request): number => {
    how = 'made';
    if (!KEPT_TYPES.has(query.type)) return 0;
    const reply = make(request.packet, query);
    if (reply === undefined) return 0;
    const edns = writer.ednsOctets(reply.options.length);
    const isWhole = reply.whole.length + edns <= limit;
    const room = isWhole ? WHOLE : cutLimit(limit) - edns;
    const bytes = isWhole ? reply.whole : encode(reply.message, room);
    if (bytes === undefined) return 0;
    const variant = variantOf(reply, bytes, isWhole ? MAX_MESSAGE_OCTETS : room, epoch.version);
    variant.nextChangeMs = writeLeaseTtls(bytes, 0, variant.leaseTtls, nowMs);
    for (const lease of variant.leases) sources.remainingSeconds(lease);
    if (mayBeKept(reply, bytes.length) && isWorthKeeping(request.packet))
      keep(request.packet, reply, bytes, room, variant);
    return writer.stored({ memory: bytes, start: 0, octets: bytes.length, options: reply.options }, request);
  };

  const reply = (request: Request): number => {
    const octets = sendKept(request);
    if (octets > 0) return octets;
    walkName(request.packet, query, walk);
    if (walk.zone < 0) return 0;
    const isMissing = epoch.namesMayBeMissing && !walk.isSpecial && !sources.index().mayExist(walk.nameHash);
    if (!isMissing) return sendNew(request);
    how = 'missing';
    const known = isDataType(query.type) ? missing.replyOf(walk.zone) : undefined;
    return known === undefined ? 0 : writer.missing(known, request);
  };

  const request: Request = { packet: ring.memory, client: NOBODY, into: ring.memory, at: 0 };
  return {
    answer(packet, start, end, client, into, at) {
      if (!scanQuery(packet, start, end, store.seed, query)) return 0;
      if (query.cookieAt >= 0 && cookies?.accepts(query.cookieOctets) === false) return 0;
      nowMs = clock.monotonicMs();
      if (epoch.isOver()) {
        table.clear();
        missing.clear();
      }
      if (epoch.isLoading) return 0;
      limit = replyLimit(client.transport, query);
      turn = config.roundRobin ? sources.random() : 0;
      request.packet = packet;
      request.client = client;
      request.into = into;
      request.at = at;
      const octets = reply(request);
      if (octets === 0) return 0;
      const flags = ((into[at + 2] ?? 0) << 8) | (into[at + 3] ?? 0);
      observe(how, client.transport, query.type, flags, octets, clock.monotonicMs() - nowMs);
      return octets;
    },
  };
}

const NO_OPTIONS: Uint8Array = new Uint8Array(0);
const NOBODY: Client = { transport: 'udp', address: () => '', isLocal: () => false };

function createMaker({ config, listen, sources, leaseEnd }: PreparedAnswersOptions, turn: () => number): ReplyMaker {
  const witnessed = witnessSources({ sources, leaseEnd, turn });
  const policy = { ...config.policy, ttlSeconds: ANY_TTL_SECONDS, minTtlSeconds: ANY_TTL_SECONDS };
  return createReplyMaker({
    sources: witnessed,
    answer: createAnswerer(config, listen, witnessed),
    answerUncapped: createAnswerer({ ...config, policy }, listen, witnessed),
  });
}

function lowerCaseCopy(packet: Buffer, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  for (let at = 0; at < copy.length; at++) copy[at] = lowerCaseOctet(packet[start + at] ?? 0);
  return copy;
}

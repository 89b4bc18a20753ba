import type { Clock, HostPort } from '@wharf/agent';
import { MAX_MESSAGE_OCTETS, Rcode, typeCode } from '@wharf/dns-wire';
import type { LeaseId } from '@wharf/etcd-client';
import { type AnswerSources, createAnswerer } from '../answer/create-answerer.ts';
import { type AnswerConfig, zonesOf } from '../config.ts';
import type { LeaseEnd } from '../io/lease-tracker.ts';
import type { Client } from '../io/responder.ts';
import { createEpoch } from './epoch.ts';
import type { FastObserver, PreparedHow } from './fast-observer.ts';
import { createKeptReplies } from './kept-replies.ts';
import { writeLeaseTtls } from './lease-ttls.ts';
import { createMissingNames, wireName } from './missing-names.ts';
import { createWalker, type Walk } from './name-walk.ts';
import { ANY_TTL_SECONDS, createReplyMaker, encode, type ReplyMaker } from './prepare-reply.ts';
import { WHOLE } from './prepared-entry.ts';
import type { PreparedStore } from './prepared-store.ts';
import { createRefusals, type RefusalFor } from './refusals.ts';
import { createReplyWriter, type ReplyWriterOptions, type Request } from './reply-writer.ts';
import { createScannedQuery, scanQuery } from './scan-query.ts';
import { cutLimit, replyLimit } from './size-class.ts';
import { mayBeKept, variantOf } from './variants.ts';
import { witnessSources } from './witness-sources.ts';
import { writeUnreadable } from './write-reply.ts';

/** Types whose replies are kept; one to any other is short and rare, and of those there are too many. */
const KEPT_TYPES: ReadonlySet<number> = new Set(
  // 64 and 65, SVCB and HTTPS, are asked for by browsers.
  (['A', 'NS', 'CNAME', 'SOA', 'PTR', 'MX', 'TXT', 'AAAA', 'SRV', 'TYPE64', 'TYPE65', 'ANY'] as const).map(typeCode),
);

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
  readonly refusalFor: RefusalFor;
}

/** Replies that were made before: from the bytes of a query to the bytes of the reply, and nothing between. */
export interface PreparedAnswers {
  /**
   * Answers the query `packet[start]` to `packet[end - 1]` if it is a plain one about a name in the zones, makes and keeps
   * what is not kept yet; and if it cannot be read, or nobody would be asked for it. The reply is what the answerer says,
   * but names that are compressed have the question's case.
   * @returns how many octets were written to `into` from `at` on; 0 when somebody else has to answer
   */
  answer(packet: Buffer, start: number, end: number, client: Client, into: Buffer, at: number): number;
}

export function createPreparedAnswers(options: PreparedAnswersOptions): PreparedAnswers {
  const { config, sources, clock, observe, cookies, store } = options;
  const query = createScannedQuery();
  const writer = createReplyWriter({ ...options, query });
  const epoch = createEpoch(config, sources);
  const request: Request = { packet: NOTHING, client: NOBODY, into: NOTHING, at: 0, limit: 0, turn: 0, nowMs: 0 };
  const { roundRobin } = config;
  const kept = createKeptReplies({ query, writer, epoch, store, roundRobin, sources });
  const make = createMaker(options, () => request.turn);
  const domains = zonesOf(config).map(({ domain }) => wireName(domain));
  const missing = createMissingNames({ domains, make, random: () => sources.random() });
  const refused = createRefusals(options.refusalFor);
  const walk: Walk = { zone: -1, nameHash: 0, isSpecial: false };
  const walkName = createWalker(domains, options.nameSeed);
  store.clear();

  const sendNew = (): number => {
    if (!KEPT_TYPES.has(query.type)) return 0;
    const reply = make(request.packet, query);
    if (reply === undefined) return 0;
    const edns = writer.ednsOctets(reply.options.length);
    const isWhole = reply.whole.length + edns <= request.limit;
    const room = isWhole ? WHOLE : cutLimit(request.limit) - edns;
    const bytes = isWhole ? reply.whole : encode(reply.message, room);
    if (bytes === undefined) return 0;
    const variant = variantOf(reply, bytes, isWhole ? MAX_MESSAGE_OCTETS : room, epoch.version);
    variant.nextChangeMs = writeLeaseTtls(bytes, 0, variant.leaseTtls, request.nowMs);
    for (const lease of variant.leases) sources.remainingSeconds(lease);
    if (mayBeKept(reply, bytes.length)) kept.keep(request, reply, bytes, room, variant);
    return writer.stored({ memory: bytes, start: 0, octets: bytes.length, options: reply.options }, request);
  };

  const sendMissing = (): number => {
    const reply = isDataType(query.type) ? missing.replyOf(walk.zone) : undefined;
    return reply === undefined ? 0 : writer.missing(reply, request);
  };

  const sendRefused = (): number => {
    const refusal = refused(request.packet, query, request.client);
    return refusal === undefined ? 0 : writer.bare(refusal.rcode, refusal.options, request);
  };

  /** RFC 7873, section 5.2.2: FORMERR, without a cookie. */
  const sendMalformed = (): number => {
    query.cookieAt = -1;
    return observeReply('malformed', writer.bare(Rcode.FORMERR, NO_OPTIONS, request));
  };

  /** Whether the query has options that are answered with others, which only messages have. */
  const isAnsweredByOptions = (): boolean =>
    (query.hasNsid && config.edns.nsid !== undefined) || (query.hasKeepalive && request.client.transport === 'tcp');

  const observeReply = (how: PreparedHow, octets: number): number => {
    if (octets === 0) return 0;
    const { into, at, nowMs } = request;
    const flags = ((into[at + 2] ?? 0) << 8) | (into[at + 3] ?? 0);
    observe(how, request.client.transport, query.type, flags, octets, clock.monotonicMs() - nowMs);
    return octets;
  };

  const answerPlain = (): number => {
    const octets = kept.send(request);
    if (octets > 0) return observeReply('kept', octets);
    walkName(request.packet, query, walk);
    if (walk.zone < 0) return observeReply('refused', sendRefused());
    const isMissing = epoch.namesMayBeMissing && !walk.isSpecial && !sources.index().mayExist(walk.nameHash);
    return isMissing ? observeReply('missing', sendMissing()) : observeReply('made', sendNew());
  };

  return {
    answer(packet, start, end, client, into, at) {
      request.packet = packet;
      request.client = client;
      request.into = into;
      request.at = at;
      request.nowMs = clock.monotonicMs();
      if (!scanQuery(packet, start, end, store.seed, query)) {
        return observeReply('unreadable', writeUnreadable(packet, start, end, into, at));
      }
      request.limit = replyLimit(client.transport, query);
      if (query.cookieAt >= 0 && cookies?.accepts(query.cookieOctets) === false) return sendMalformed();
      if (isAnsweredByOptions()) return 0;
      if (epoch.isOver()) {
        store.clear();
        missing.clear();
      }
      if (epoch.isLoading) return 0;
      request.turn = roundRobin ? sources.random() : 0;
      return answerPlain();
    },
  };
}

const NOTHING = Buffer.alloc(0);
const NO_OPTIONS: Uint8Array = NOTHING;
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

import type { AnswerSources } from '../answer/create-answerer.ts';
import { lowerCaseOctet } from '../records/name-hash.ts';
import type { Epoch } from './epoch.ts';
import { writeLeaseTtls } from './lease-ttls.ts';
import type { PreparedReply } from './prepare-reply.ts';
import { type PreparedEntry, WHOLE } from './prepared-entry.ts';
import type { PreparedStore } from './prepared-store.ts';
import type { ReplyWriter, Request, StoredReply } from './reply-writer.ts';
import type { ScannedQuery } from './scan-query.ts';
import { cutLimit } from './size-class.ts';
import { isUsable, type NewVariant, variantCount } from './variants.ts';

const HEADER_OCTETS = 12;

/** Replies to the query that was scanned last, of the store. */
export interface KeptReplies {
  /** Writes the reply if there is a right one; returns how many octets it has, 0 without. */
  send(request: Request): number;
  /** Keeps `bytes`, a form of the reply in so much room, unless the question was asked for the first time. */
  keep(request: Request, reply: PreparedReply, bytes: Buffer, room: number, variant: NewVariant): void;
}

export interface KeptRepliesOptions {
  /** What is scanned into. */
  readonly query: ScannedQuery;
  readonly writer: ReplyWriter;
  readonly epoch: Epoch;
  readonly store: PreparedStore;
  readonly roundRobin: boolean;
  readonly sources: Pick<AnswerSources, 'remainingSeconds'>;
}

export function createKeptReplies(options: KeptRepliesOptions): KeptReplies {
  const { query, writer, epoch, store, roundRobin, sources } = options;
  const { ring } = store;
  const kept: { -readonly [K in keyof StoredReply]: StoredReply[K] } = {
    memory: ring.memory,
    start: 0,
    octets: 0,
    options: new Uint8Array(0),
  };

  const find = (packet: Buffer, room: number): PreparedEntry | undefined =>
    store.find(packet, query.start + HEADER_OCTETS, query.nameEnd, query.type, room, query.hash ^ room);

  /** The entry that the limit allows. */
  const findFitting = ({ packet, limit }: Request): PreparedEntry | undefined => {
    const whole = find(packet, WHOLE);
    if (whole === undefined) return undefined;
    const edns = writer.ednsOctets(whole.optionOctets);
    return whole.wholeOctets + edns <= limit ? whole : find(packet, cutLimit(limit) - edns);
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
    store.put(entry);
    return entry;
  };

  /** A question that is asked once, as by somebody who walks through all names, takes no other's place. */
  const isWorthKeeping = (packet: Buffer): boolean =>
    find(packet, WHOLE) !== undefined || store.recent.isRepeated(query.hash);

  return {
    send(request) {
      const entry = findFitting(request);
      if (entry === undefined) return 0;
      const variant = entry.variants[Math.floor(request.turn * entry.variants.length)];
      if (variant === undefined || !isUsable(variant, ring, epoch.version)) return 0;
      if (variant.octets + writer.ednsOctets(variant.options.length) > request.limit) return 0;
      variant.usesLeft--;
      kept.start = ring.offsetOf(variant.ticket);
      kept.octets = variant.octets;
      kept.options = variant.options;
      if (request.nowMs >= variant.nextChangeMs) {
        variant.nextChangeMs = writeLeaseTtls(ring.memory, kept.start, variant.leaseTtls, request.nowMs);
        // They are asked about again because an answer has needed them.
        for (const lease of variant.leases) sources.remainingSeconds(lease);
      }
      return writer.stored(kept, request);
    },
    keep({ packet, turn }, reply, bytes, room, variant) {
      if (!isWorthKeeping(packet)) return;
      const variants = roundRobin ? variantCount(reply.message, bytes.length) : 1;
      const whole = entryFor(packet, WHOLE, variants);
      whole.wholeOctets = reply.whole.length;
      whole.optionOctets = reply.options.length;
      const entry = room === WHOLE ? whole : entryFor(packet, room, variants);
      entry.variants[Math.floor(turn * variants)] = { ...variant, ticket: ring.add(bytes) };
    },
  };
}

function lowerCaseCopy(packet: Buffer, start: number, end: number): Uint8Array {
  const copy = new Uint8Array(end - start);
  for (let at = 0; at < copy.length; at++) copy[at] = lowerCaseOctet(packet[start + at] ?? 0);
  return copy;
}

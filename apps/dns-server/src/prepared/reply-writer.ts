import type { Client } from '../io/responder.ts';
import { type MissingNameReply, writeMissingTail } from './missing-name.ts';
import type { ScannedQuery } from './scan-query.ts';
import { addressReply, appendOpt, OPT_OCTETS, writeHead } from './write-reply.ts';

/** What a query's COOKIE option leads to, which answers know nothing of. */
export interface CookieWriter {
  /** Of the option in a reply. */
  readonly octets: number;
  /** Whether a cookie in a query has so many octets. */
  accepts(octets: number): boolean;
  /** Writes the option for the query's cookie, `packet[start]` to `packet[end - 1]`. */
  write(packet: Buffer, start: number, end: number, client: Client, into: Buffer, at: number): void;
}

/** A reply without OPT, somewhere in memory, and the EDNS options that go with it. */
export interface StoredReply {
  readonly memory: Buffer;
  readonly start: number;
  readonly octets: number;
  readonly options: Uint8Array;
}

/** A query, where the reply is wanted, and what else it depends on. One object is used for one query after the other. */
export interface Request {
  packet: Buffer;
  client: Client;
  into: Buffer;
  at: number;
  /** How many octets the reply may have. */
  limit: number;
  /** In [0, 1): where sets of equal records begin. */
  turn: number;
  /** On the monotonic clock. */
  nowMs: number;
}

/** Writes replies to the query that was scanned last. Each returns how many octets the reply has, 0 if it does not fit. */
export interface ReplyWriter {
  /** How many octets the OPT record has, with so many of options that go with the answer. */
  ednsOctets(optionOctets: number): number;
  stored(reply: StoredReply, request: Request): number;
  missing(reply: MissingNameReply, request: Request): number;
  /** Says nothing but the code, one below 16, and the EDNS options. */
  bare(rcode: number, options: Uint8Array, request: Request): number;
}

export interface ReplyWriterOptions {
  /** What is scanned into. */
  readonly query: ScannedQuery;
  /** Undefined: cookies are options like any other. */
  readonly cookies: CookieWriter | undefined;
  /** Whether other name servers are asked for a client. */
  readonly isRecursionAvailable: (client: Client) => boolean;
}

export function createReplyWriter({ query, cookies, isRecursionAvailable }: ReplyWriterOptions): ReplyWriter {
  const ednsOctets = (optionOctets: number): number => {
    if (!query.hasEdns) return 0;
    return OPT_OCTETS + optionOctets + (cookies !== undefined && query.cookieAt >= 0 ? cookies.octets : 0);
  };

  const complete = (options: Uint8Array, { packet, client, into, at }: Request, end: number): void => {
    if (isRecursionAvailable(client)) into[at + 3] = (into[at + 3] ?? 0) | RA;
    if (!query.hasEdns) return;
    appendOpt(query, into, at, end, ednsOctets(options.length) - OPT_OCTETS);
    let next = end + OPT_OCTETS;
    if (cookies !== undefined && query.cookieAt >= 0) {
      cookies.write(packet, query.cookieAt, query.cookieAt + query.cookieOctets, client, into, next);
      next += cookies.octets;
    }
    for (let octet = 0; octet < options.length; octet++) into[next + octet] = options[octet] ?? 0;
  };

  return {
    ednsOctets,
    stored({ memory, start, octets, options }, request) {
      const { packet, into, at } = request;
      const total = octets + ednsOctets(options.length);
      if (at + total > into.length) return 0;
      memory.copy(into, at, start, start + octets);
      addressReply(packet, query, into, at);
      complete(options, request, at + octets);
      return total;
    },
    missing(reply, request) {
      const { packet, into, at, limit } = request;
      const head = query.nameEnd - query.start + QUESTION_TAIL_OCTETS;
      const octets = head + reply.tail.length;
      const total = octets + ednsOctets(reply.options.length);
      if (total > limit || at + total > into.length) return 0;
      writeHead(reply.head, packet, query, into, at);
      writeMissingTail(reply, into, at + head, head - reply.head.length);
      complete(reply.options, request, at + octets);
      return total;
    },
    bare(rcode, options, request) {
      const { packet, into, at, limit } = request;
      const head = query.nameEnd - query.start + QUESTION_TAIL_OCTETS;
      const total = head + ednsOctets(options.length);
      if (total > limit || at + total > into.length) return 0;
      writeHead(BARE_HEAD, packet, query, into, at);
      into[at + 3] = (into[at + 3] ?? 0) | rcode;
      complete(options, request, at + head);
      return total;
    },
  };
}

/** QR, and one question. */
const BARE_HEAD = Uint8Array.of(0, 0, 0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0);

const QUESTION_TAIL_OCTETS = 4;
const RA = 0x80;

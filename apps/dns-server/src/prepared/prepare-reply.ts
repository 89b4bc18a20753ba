import {
  decodeRequest,
  type EdnsOption,
  encodeMessage,
  MAX_MESSAGE_OCTETS,
  MAX_TTL_SECONDS,
  type Message,
  SAFE_UDP_OCTETS,
} from '@wharf/dns-wire';
import type { Answerer } from '../answer/create-answerer.ts';
import { nobodyElse, type OutsideLookup } from '../answer/outside-lookup.ts';
import { lowerCaseOctet } from '../records/name-hash.ts';
import { findLeaseTtls, type LeaseTtl } from './lease-ttls.ts';
import type { ScannedQuery } from './scan-query.ts';
import type { Witness, WitnessedSources } from './witness-sources.ts';

/** A reply without an OPT record, made by the answerer that answers everything else, too. */
export interface PreparedReply {
  readonly message: Message;
  /** With all that belongs into it, as over TCP. */
  readonly whole: Buffer;
  /** EDNS options that go with it. */
  readonly options: Uint8Array;
  readonly witness: Witness;
  /** The TTLs of `bytes`, a form of the message, that count down with leases. */
  leaseTtlsOf(bytes: Buffer, room: number): readonly LeaseTtl[];
}

export interface ReplyMakerOptions {
  /** Answers from `sources`. */
  readonly answer: Answerer;
  /** Answers from `sources`, and the configuration allows any TTL. */
  readonly answerUncapped: Answerer;
  readonly sources: WitnessedSources;
}

/** Makes the reply to a question; undefined when there is none that depends on nothing but the records. */
export type ReplyMaker = (packet: Uint8Array, query: ScannedQuery) => PreparedReply | undefined;

const HEADER_OCTETS = 12;
const QUESTION_TAIL_OCTETS = 4;

export function createReplyMaker({ answer, answerUncapped, sources }: ReplyMakerOptions): ReplyMaker {
  let isElsewhere = false;
  const elsewhere: OutsideLookup = (...asked) => {
    isElsewhere = true;
    return nobodyElse(...asked);
  };

  return (packet, scanned) => {
    const query = plainQuery(packet, scanned);
    if (query === undefined) return undefined;
    sources.begin('caps');
    isElsewhere = false;
    const reply = answer(query, elsewhere);
    const witness = sources.witness();
    if (reply === undefined || isElsewhere) return undefined;
    const message = withoutEdns(reply);
    const whole = encode(message, MAX_MESSAGE_OCTETS);
    if (whole === undefined) return undefined;
    const { leaseEnds } = witness;
    return {
      message,
      whole,
      options: optionOctets(reply.edns?.options ?? []),
      witness,
      leaseTtlsOf(bytes, room) {
        if (leaseEnds.length === 0) return [];
        sources.begin('ranks', leaseEnds);
        const ranked = answerUncapped(query, elsewhere);
        const encoded = ranked === undefined ? undefined : encode(withoutEdns(ranked), room);
        if (encoded?.length !== bytes.length) throw new Error('a reply is another with other TTLs');
        return findLeaseTtls(bytes, encoded, leaseEnds);
      },
    };
  };
}

/** The message in at most `room` octets; undefined when it cannot be written. */
export function encode(message: Message, room: number): Buffer | undefined {
  const encoded = encodeMessage(message, { limit: room });
  return encoded.ok ? encoded.value : undefined;
}

/** A policy's TTL that allows any. */
export const ANY_TTL_SECONDS = MAX_TTL_SECONDS;

/** The question in lower case, so that as much as can be points to it, from a client with EDNS. */
function plainQuery(packet: Uint8Array, { start, nameEnd }: ScannedQuery): Message | undefined {
  const octets = Buffer.alloc(nameEnd - start + QUESTION_TAIL_OCTETS);
  octets[5] = 1;
  for (let at = HEADER_OCTETS; at < octets.length; at++) octets[at] = packet[start + at] ?? 0;
  for (let at = HEADER_OCTETS; at < nameEnd - start; at++) octets[at] = lowerCaseOctet(octets[at] ?? 0);
  const decoded = decodeRequest(octets);
  if (!decoded.ok) return undefined;
  return { ...decoded.value, edns: { version: 0, udpSize: SAFE_UDP_OCTETS, dnssecOk: false, options: [] } };
}

function withoutEdns(reply: Message): Message {
  const { edns: _, ...message } = reply;
  return message;
}

/** As they are in an OPT record. */
export function optionOctets(options: readonly EdnsOption[]): Uint8Array {
  return Buffer.concat(
    options.flatMap(({ code, data }) => [
      Uint8Array.of(code >> 8, code & 0xff, data.length >> 8, data.length & 0xff),
      data,
    ]),
  );
}

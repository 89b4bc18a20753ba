import { extendedErrorOption, typeCode } from '@wharf/dns-wire';
import type { Client } from '../io/responder.ts';
import type { Asker } from '../upstream/create-forwarder.ts';
import type { Refusal } from '../upstream/may-forward.ts';
import { isBelowArpa } from './name-walk.ts';
import { optionOctets } from './prepare-reply.ts';
import type { ScannedQuery } from './scan-query.ts';

/** Why nobody is asked for such a query, whatever the name outside; undefined when that depends on the name. */
export type RefusalFor = (asker: Pick<Asker, 'isLocal' | 'recursionDesired'>) => Refusal | undefined;

/** What is said about a name that is in no zone. */
export interface RefusedReply {
  readonly rcode: number;
  /** EDNS options that go with it. */
  readonly options: Uint8Array;
}

/** Transfers, which are refused for another reason. */
const TRANSFERS: ReadonlySet<number> = new Set((['IXFR', 'AXFR'] as const).map(typeCode));

/** Says how a question about a name in no zone is refused; undefined when it may have an answer, or others may be asked. */
export function createRefusals(
  refusalFor: RefusalFor,
): (packet: Uint8Array, query: ScannedQuery, client: Client) => RefusedReply | undefined {
  const replies = new WeakMap<Refusal, RefusedReply>();
  return (packet, query, client) => {
    // Names of addresses may have records though they are in no zone.
    if (TRANSFERS.has(query.type) || isBelowArpa(packet, query)) return undefined;
    const refusal = refusalFor({ isLocal: () => client.isLocal(), recursionDesired: query.isRecursionDesired });
    if (refusal === undefined) return undefined;
    const known = replies.get(refusal);
    if (known !== undefined) return known;
    const reply = { rcode: refusal.rcode, options: optionOctets([extendedErrorOption(refusal.refuse)]) };
    replies.set(refusal, reply);
    return reply;
  };
}

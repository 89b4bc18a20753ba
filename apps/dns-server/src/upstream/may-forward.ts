import { type ExtendedError, ExtendedErrorCode, Rcode } from '@wharf/dns-wire';
import type { Labels } from '@wharf/record-schema';
import { notAuthoritative } from '../answer/outside-lookup.ts';

/** A question about a name that is not answered here, and what is allowed. */
export interface ForwardRequest {
  readonly name: Labels;
  /** Names of fewer labels are not asked about (`-ndots`). */
  readonly ndots: number;
  /** Whether nobody is asked (`-no-rec`), stub zones' servers apart. */
  readonly noRec: boolean;
  /** The RD bit of the query (RFC 1035, section 4.1.1). */
  readonly recursionDesired: boolean;
  /** Whether the client is nearby (`isLocalClient`). */
  readonly isLocal: boolean;
  /** Whether clients from anywhere may have names asked about; else only those nearby. */
  readonly allowAll: boolean;
  /** Whether `chooseServers` found a stub zone; as in SkyDNS neither `ndots` nor `noRec` matters then. */
  readonly isStub: boolean;
  /** Whether the query was marked by a server that has this one for a stub zone (`hasStubOption`). */
  readonly cameFromStub: boolean;
}

export type ForwardDecision = { readonly forward: true } | Refusal;

/** That nobody is asked. */
export interface Refusal {
  readonly forward: false;
  /** REFUSED or SERVFAIL. */
  readonly rcode: number;
  /** Tells the client why. */
  readonly refuse: ExtendedError;
}

/** What there is to know before the name is looked at; `isStub` is whether it may be in a stub zone. */
export type AnyNameRequest = Pick<ForwardRequest, 'recursionDesired' | 'isLocal' | 'allowAll' | 'isStub' | 'noRec'>;

/**
 * Why nobody is asked, whatever the name is; undefined when that depends on the name. Nobody is for strangers: a server
 * that answers everybody is what reflection attacks are made with (RFC 5358).
 */
export function refusalOfAnyName(request: AnyNameRequest): Refusal | undefined {
  if (!request.recursionDesired) return notHere;
  if (!request.allowAll && !request.isLocal) return stranger;
  return request.noRec && !request.isStub ? notHere : undefined;
}

/** Whether other servers are asked. */
export function mayForward(request: ForwardRequest): ForwardDecision {
  const refusal = refusalOfAnyName(request);
  if (refusal !== undefined) return refusal;
  if (request.isStub) return request.cameFromStub ? circle : { forward: true };
  return request.name.length >= request.ndots ? { forward: true } : tooShort;
}

const notHere: Refusal = { forward: false, rcode: Rcode.REFUSED, refuse: notAuthoritative };
const stranger = prohibited('names outside are not looked up for this client');
const circle = prohibited('the question has been passed on already, and would go in circles');
const tooShort: Refusal = {
  forward: false,
  rcode: Rcode.SERVFAIL,
  refuse: {
    code: ExtendedErrorCode.NO_REACHABLE_AUTHORITY,
    text: 'names of so few labels are not looked up outside',
  },
};

function prohibited(text: string): Refusal {
  return { forward: false, rcode: Rcode.REFUSED, refuse: { code: ExtendedErrorCode.PROHIBITED, text } };
}

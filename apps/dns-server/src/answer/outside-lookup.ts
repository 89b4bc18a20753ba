import { type ExtendedError, ExtendedErrorCode, type Message, type Question, Rcode } from '@wharf/dns-wire';

/**
 * What is known about a question that other name servers answer:
 * - `answered`: one of them said this, that there is nothing included.
 * - `failed`: they were asked, or would have been, and gave no answer.
 * - `refused`: they are not asked for this client.
 * - `unknown`: they were not asked yet. Whoever gets this goes on without; it will be answered all over again.
 */
export type OutsideAnswer =
  | { readonly outcome: 'answered'; readonly message: Message }
  | { readonly outcome: 'failed'; readonly extendedError: ExtendedError }
  | { readonly outcome: 'refused'; readonly rcode: number; readonly extendedError: ExtendedError }
  | { readonly outcome: 'unknown' };

/**
 * How much an answer depends on it: without what is `needed` there is none, and it is waited for as long as it takes;
 * without what is `helpful` the answer is shorter, and it goes out after one time-out at the latest.
 */
export type Need = 'needed' | 'helpful';

/** Says what is known elsewhere. Not knowing it is also how an answer says what it wants to know. */
export type OutsideLookup = (question: Question, need: Need) => OutsideAnswer;

/** RFC 8914, section 4.21. */
export const notAuthoritative: ExtendedError = {
  code: ExtendedErrorCode.NOT_AUTHORITATIVE,
  text: 'the name is outside of the domains of this server',
};

/** Where nobody else is ever asked. */
export const nobodyElse: OutsideLookup = () => ({
  outcome: 'refused',
  rcode: Rcode.REFUSED,
  extendedError: notAuthoritative,
});

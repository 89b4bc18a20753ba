/** What became of one message of a request. */
export type ItemOutcome =
  | 'done'
  /** It had been stored before. */
  | 'duplicate'
  /** It will never be taken. */
  | 'refused'
  /** It was not taken this time. */
  | 'again';

/** What an answer says about the messages of its request. `reason` is the end of a sentence, without control characters. */
export type Verdict =
  /** All are stored, but for so many that never will be. */
  | { readonly kind: 'accepted'; readonly refused?: number; readonly reason?: string }
  /** One outcome for each message, in order. */
  | { readonly kind: 'items'; readonly outcomes: readonly ItemOutcome[]; readonly reason?: string }
  /** None is stored, and at least one of them never will be; `isTooLong` when it is the size that is refused. */
  | { readonly kind: 'refused'; readonly reason: string; readonly isTooLong: boolean }
  /** What became of them cannot be told; smaller requests would show it. */
  | { readonly kind: 'unclear'; readonly reason: string }
  /**
   * None may be stored, and the same request can be made again, not before `afterMs` when the receiver said so.
   * `isLost` when it was the connection that ended.
   */
  | { readonly kind: 'failed'; readonly reason: string; readonly afterMs?: number; readonly isLost?: boolean };

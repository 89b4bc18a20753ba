/** What a receiver answered to a request. */
export interface HttpAnswer {
  readonly status: number;
  /** As the header Retry-After asks, from now on. */
  readonly retryAfterMs?: number;
  readonly location?: string;
  /** As far as it was read. */
  readonly body: string;
  /** The body was longer than what is read of one. */
  readonly isCut: boolean;
}

/** How much of what a receiver says is repeated. */
const QUOTED_CHARACTERS = 200;

/** The beginning of a text from the network, on one line and without control characters. */
export function quoteAnswer(text: string): string {
  const line = text
    .slice(0, QUOTED_CHARACTERS * 2)
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ')
    .trim();
  return line.length > QUOTED_CHARACTERS ? `${line.slice(0, QUOTED_CHARACTERS)}...` : line;
}

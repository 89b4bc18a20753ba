/** A receiver that asks for more is asked again after this: it may have been restarted meanwhile. */
const LONGEST_MS = 5 * 60_000;

/**
 * The delay that the header Retry-After (RFC 9110, section 10.2.3) asks for, in seconds or until a date, at most five
 * minutes; undefined when there is none, it is neither, or it asks for no delay: the sender's own delays count then.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  const delayMs = /^\d{1,10}$/.test(text) ? Number(text) * 1_000 : dateOf(text) - nowMs;
  return delayMs > 0 ? Math.min(delayMs, LONGEST_MS) : undefined;
}

/** NaN for what is no date. */
function dateOf(text: string): number {
  // A date begins with the name of its day; Date.parse would take much else for one.
  return /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : Number.NaN;
}

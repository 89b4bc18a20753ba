/** A receiver that asks for more is asked again after this: it may have been restarted meanwhile. */
const LONGEST_MS = 5 * 60_000;

/**
 * The delay that the header Retry-After (RFC 9110, section 10.2.3) asks for, in seconds or until a date, at most five
 * minutes; undefined when there is none or it is neither.
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Math.min(Number(text) * 1_000, LONGEST_MS);
  // A date begins with the name of its day; Date.parse would take much else for one.
  const dateMs = /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(dateMs) ? undefined : Math.min(Math.max(0, dateMs - nowMs), LONGEST_MS);
}

/** RFC 5424, section 6.2.3.1: a fraction has at most six digits. */
const FRACTION_DIGITS = 6;
const SECONDS_END = '2026-02-03T04:05:06'.length;

/** `2026-02-03T04:05:06.123456789Z` -> `2026-02-03T04:05:06.123456Z`: cut, not rounded, so that no time lies ahead. */
export function syslogTime(timestamp: string): string {
  return `${timestamp.slice(0, SECONDS_END + 1 + FRACTION_DIGITS)}Z`;
}

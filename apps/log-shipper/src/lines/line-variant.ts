import type { LogLine } from './log-line.ts';

/** RFC 5424, section 6.2.1: 0 to 7; one more for lines that do not tell. */
const SEVERITIES = 9;

/**
 * A small number that is the same for lines of the same source and severity, so that what depends on these alone is made
 * once.
 */
export function lineVariant({ source, severity = SEVERITIES - 1 }: Pick<LogLine, 'source' | 'severity'>): number {
  return source === 'stdout' ? severity : SEVERITIES + severity;
}

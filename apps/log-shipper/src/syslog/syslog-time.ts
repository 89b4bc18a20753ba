import type { LogLine } from '../lines/log-line.ts';
import type { SyslogTime } from './syslog-settings.ts';

/** RFC 5424, section 6.2.3.1: a fraction has at most six digits. */
const FRACTION_DIGITS = 6;
const SECONDS_END = '2026-02-03T04:05:06'.length;
const SECOND_MS = 1_000;

/** `2026-02-03T04:05:06.123456789Z` -> `2026-02-03T04:05:06.123456Z`: cut, not rounded, so that no time lies ahead. */
export function syslogTime(timestamp: string): string {
  return `${timestamp.slice(0, SECONDS_END + 1 + FRACTION_DIGITS)}Z`;
}

/** The times of lines. */
export interface LineTimes {
  /** With nine digits of a second. */
  readonly momentOf: (line: Pick<LogLine, 'timestamp'>) => string;
  /** As messages have it. */
  readonly timeOf: (line: Pick<LogLine, 'timestamp'>) => string;
}

/** @param wallMs the time now */
export function createLineTimes(kind: SyslogTime, wallMs: () => number): LineTimes {
  const momentOf = ({ timestamp }: Pick<LogLine, 'timestamp'>): string => timestamp;
  if (kind === 'engine') return { momentOf, timeOf: ({ timestamp }) => syslogTime(timestamp) };
  if (kind === 'engine-seconds') {
    return { momentOf, timeOf: ({ timestamp }) => `${timestamp.slice(0, SECONDS_END)}Z` };
  }
  let second = Number.NaN;
  let text = '';
  return {
    momentOf: () => `${new Date(wallMs()).toISOString().slice(0, -1)}000000Z`,
    timeOf() {
      const now = Math.floor(wallMs() / SECOND_MS);
      if (now !== second) {
        second = now;
        text = `${new Date(now * SECOND_MS).toISOString().slice(0, SECONDS_END)}Z`;
      }
      return text;
    },
  };
}

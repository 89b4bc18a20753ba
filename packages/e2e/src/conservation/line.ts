export type LineSource = 'stdout' | 'stderr';

/** A line of a container, as its engine kept it or as it arrived at a receiver. */
export interface Line {
  /** The container's name. */
  readonly container: string;
  readonly source: LineSource;
  /** When the engine got it, cut to the microseconds that syslog has: `2026-02-03T04:05:06.123456`. */
  readonly time: string;
  readonly text: string;
}

/** A time of RFC 3339 in UTC with any number of decimals, as `Line.time` has it. */
export function toMicroseconds(time: string): string {
  const [second = '', decimals = ''] = time.replace(/Z$|\+00:00$/, '').split('.');
  return `${second}.${decimals.slice(0, 6).padEnd(6, '0')}`;
}

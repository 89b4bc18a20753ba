import type { Observation } from './watch-answers.ts';

/** One host's observations in a row that say the same. */
export interface Phase {
  /** As `saying` puts it. */
  readonly said: string;
  /** When the first of them was asked, and when the last. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
  /** How long the slowest of them took. */
  readonly slowestMs: number;
}

/** An observation in words: `NOERROR 10.77.0.11 10.77.0.12`, `NXDOMAIN`, `none`. */
export function saying({ rcode, data }: Pick<Observation, 'rcode' | 'data'>): string {
  return [rcode, ...data].join(' ');
}

/**
 * What one host has said since then, in the order in which it was asked: a host that never says anything wrong, and
 * changes its mind once, has two phases.
 */
export function phasesOf(observations: readonly Observation[], host: string, sinceMs = 0): readonly Phase[] {
  const phases: Phase[] = [];
  const own = observations.filter((one) => one.host === host && one.askedAt >= sinceMs);
  for (const one of own.toSorted((a, b) => a.askedAt - b.askedAt)) {
    const said = saying(one);
    const last = phases.at(-1);
    const begun = last?.said === said ? phases.pop() : undefined;
    phases.push({
      said,
      fromMs: begun?.fromMs ?? one.askedAt,
      toMs: one.askedAt,
      count: (begun?.count ?? 0) + 1,
      slowestMs: Math.max(begun?.slowestMs ?? 0, one.tookMs),
    });
  }
  return phases;
}

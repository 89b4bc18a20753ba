import type { Observation } from './watch-answers.ts';

/** The newest observations, of all hosts together. */
export interface ObservationLog {
  /** Oldest first. */
  readonly all: readonly Observation[];
  add(observation: Observation): void;
  latest(host: string): Observation | undefined;
}

/** @param limit how many are kept at least; a tenth more at most, then the oldest go */
export function createObservationLog(limit: number): ObservationLog {
  const all: Observation[] = [];
  const latest = new Map<string, Observation>();
  return {
    all,
    add(observation) {
      all.push(observation);
      latest.set(observation.host, observation);
      if (all.length > limit * 1.1) all.splice(0, all.length - limit);
    },
    latest: (host) => latest.get(host),
  };
}

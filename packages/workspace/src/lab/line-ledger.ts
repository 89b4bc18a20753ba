import type { RsyslogMessage } from '@wharf/testkit';
import type { LineCounts } from './lab-view.ts';

/** A line that a sample container printed. */
export interface SampleLine {
  readonly host: string;
  /** The container's name. */
  readonly container: string;
  /** One start of the container: its numbers begin anew with each. */
  readonly run: string;
  readonly number: number;
  /** When it was printed, in milliseconds since 1970. */
  readonly printedAtMs: number;
}

/** What a sample container prints; in `sh`, where `$run` and `$n` are. */
export function sampleLineOf(host: string, name: string): string {
  return `${name} on ${host}, run $run, line $n`;
}

/** Reads a message as rsyslog has it; undefined when no sample container printed it. */
export function parseSampleLine({ msg, timestamp }: Pick<RsyslogMessage, 'msg' | 'timestamp'>): SampleLine | undefined {
  const match = /^ ?([a-z0-9-]+) on (host-[0-9]+), run ([0-9]+), line ([0-9]+)$/.exec(msg);
  const [, container, host, run, number] = match ?? [];
  if (container === undefined || host === undefined || run === undefined) return undefined;
  return { host, container, run, number: Number(number), printedAtMs: Date.parse(timestamp) };
}

/** Which lines arrived of those that were printed: they are numbered. */
export interface LineLedger {
  /** Takes the lines that have arrived since the last time, and the milliseconds between the two. */
  take(lines: readonly SampleLine[], elapsedMs: number): void;
  of(host: string): LineCounts;
  /** When the newest line that has arrived of a container was printed; 0 when none has. */
  newestOf(host: string, container: string): number;
}

/** So many missing numbers of one run are kept to see whether they still come. */
const MOST_KEPT = 10_000;

interface Run {
  next: number;
  readonly missing: Set<number>;
}

interface Tally {
  total: number;
  perSecond: number;
  repeated: number;
  readonly runs: Map<string, Run>;
}

export function createLineLedger(): LineLedger {
  const hosts = new Map<string, Tally>();

  const newest = new Map<string, number>();

  const count = ({ host, container, run: start, number, printedAtMs }: SampleLine): void => {
    const tally = tallyOf(host);
    const [containerKey, run] = [`${host} ${container}`, `${container} ${start}`];
    newest.set(containerKey, Math.max(newest.get(containerKey) ?? 0, printedAtMs));
    tally.total += 1;
    // Whoever looks on from the middle does not know what was before.
    const known = tally.runs.get(run) ?? { next: number, missing: new Set<number>() };
    tally.runs.set(run, known);
    if (number < known.next) {
      if (!known.missing.delete(number)) tally.repeated += 1;
      return;
    }
    for (let each = known.next; each < number && known.missing.size < MOST_KEPT; each++) known.missing.add(each);
    known.next = number + 1;
  };

  const tallyOf = (host: string): Tally => {
    const tally = hosts.get(host) ?? { total: 0, perSecond: 0, repeated: 0, runs: new Map<string, Run>() };
    hosts.set(host, tally);
    return tally;
  };

  return {
    take(lines, elapsedMs) {
      const before = new Map([...hosts].map(([host, { total }]) => [host, total]));
      for (const line of lines) count(line);
      for (const [host, tally] of hosts)
        tally.perSecond = ((tally.total - (before.get(host) ?? 0)) * 1_000) / elapsedMs;
    },
    newestOf: (host, container) => newest.get(`${host} ${container}`) ?? 0,
    of(host) {
      const { total, perSecond, repeated, runs } = tallyOf(host);
      return {
        total,
        perSecond,
        repeated,
        missing: [...runs.values()].reduce((sum, run) => sum + run.missing.size, 0),
      };
    },
  };
}

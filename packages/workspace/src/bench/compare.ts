import { median } from './statistics.ts';

/** One way to do the work that is measured. */
export interface Contender {
  readonly name: string;
  /** Does the work once. */
  readonly run: () => void;
}

/** How long each contender is run in each round, in milliseconds. */
const ROUND_MS = 300;
const ROUNDS = 5;

/**
 * Runs the contenders in turn, several rounds, so that whatever else the machine does falls on all of them, and prints
 * the median time of each for one piece of work, and its ratio to the first.
 * @param pieces how many pieces of work one `run` does
 */
export function compare(contenders: readonly Contender[], pieces: number, print: (line: string) => void): void {
  for (const { run } of contenders) runFor(run, ROUND_MS); // The compiler's turn.
  const rounds = Array.from({ length: ROUNDS }, () => contenders.map(({ run }) => runFor(run, ROUND_MS) / pieces));
  const medians = contenders.map((_, index) => median(rounds.map((times) => times[index] ?? Number.NaN)));
  const width = Math.max(...contenders.map(({ name }) => name.length));
  for (const [index, { name }] of contenders.entries()) {
    const micros = medians[index] ?? Number.NaN;
    const ratio = micros / (medians[0] ?? Number.NaN);
    print(`${name.padEnd(width)}  ${micros.toFixed(2).padStart(8)} µs  ${ratio.toFixed(2)}x`);
  }
}

/** The mean time of one `run` in microseconds. */
function runFor(run: () => void, ms: number): number {
  const startedAt = performance.now();
  let runs = 0;
  let elapsed = 0;
  while (elapsed < ms) {
    run();
    runs++;
    elapsed = performance.now() - startedAt;
  }
  return (elapsed * 1_000) / runs;
}

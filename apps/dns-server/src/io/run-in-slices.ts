import type { Clock } from '@wharf/agent';

/** How long a slice may hold up everything else. */
const SLICE_MS = 5;

/** Takes all of `steps`: some at once, and the others later, so that nothing else waits for long. */
export function runInSlices(steps: Iterable<void>, clock: Pick<Clock, 'monotonicMs'>): void {
  const left = steps[Symbol.iterator]();
  const runSlice = (): void => {
    const endMs = clock.monotonicMs() + SLICE_MS;
    do if (left.next().done === true) return;
    while (clock.monotonicMs() < endMs);
    setImmediate(runSlice);
  };
  runSlice();
}

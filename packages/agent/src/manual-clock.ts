import type { Clock } from './clock.ts';

/** A clock that stands still until it is told to move. */
export interface ManualClock extends Clock {
  /** Moves both clocks on by `ms`, running what falls due in order of time; awaits between tasks so that promises settle. */
  advance(ms: number): Promise<void>;
  /** Moves the wall clock alone, as an operator or NTP step does. */
  jumpWall(ms: number): void;
  /** How many tasks are waiting. */
  readonly pending: number;
}

interface Task {
  readonly atMs: number;
  readonly run: () => void;
}

/** A clock for tests and simulations, starting at `startWallMs` on the wall and at 0 on the monotonic side. */
export function createManualClock(startWallMs = 0): ManualClock {
  let elapsedMs = 0;
  let wallOffsetMs = startWallMs;
  const tasks = new Set<Task>();

  const nextDue = (untilMs: number): Task | undefined => {
    let earliest: Task | undefined;
    for (const task of tasks) {
      if (task.atMs <= untilMs && (earliest === undefined || task.atMs < earliest.atMs)) earliest = task;
    }
    return earliest;
  };

  return {
    wallMs: () => wallOffsetMs + elapsedMs,
    monotonicMs: () => elapsedMs,
    schedule(delayMs, run) {
      const task: Task = { atMs: elapsedMs + Math.max(0, delayMs), run };
      tasks.add(task);
      return () => tasks.delete(task);
    },
    async advance(ms) {
      const untilMs = elapsedMs + ms;
      await settle();
      for (let task = nextDue(untilMs); task !== undefined; task = nextDue(untilMs)) {
        tasks.delete(task);
        elapsedMs = Math.max(elapsedMs, task.atMs);
        task.run();
        await settle();
      }
      elapsedMs = untilMs;
    },
    jumpWall(ms) {
      wallOffsetMs += ms;
    },
    get pending() {
      return tasks.size;
    },
  };
}

/** Lets every promise that is already resolvable run its continuations. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

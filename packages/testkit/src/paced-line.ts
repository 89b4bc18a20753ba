/** Tasks of one direction of a link, run in the order in which they came, each in its time. */
export interface PacedLine {
  /** @param bytes what the task puts on the line, which takes its time when the line is slow */
  push(task: () => void, bytes?: number): void;
  /** Runs nothing until `flush`. */
  hold(): void;
  /** Runs everything that waits, due or not, and holds no longer. */
  flush(): void;
  /** Forgets everything that waits. */
  clear(): void;
}

/** Asked anew for each task that comes. */
export interface Pace {
  delayMs(): number;
  /** Infinity for a line that takes no time. */
  bytesPerSecond(): number;
}

/** A line on which a shorter delay overtakes nothing; a task that has not to wait is run at once. */
export function createPacedLine(pace: Pace): PacedLine {
  let waiting: { readonly task: () => void; readonly dueMs: number }[] = [];
  let lastDueMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let isHeld = false;

  const run = (): void => {
    clearTimeout(timer);
    if (isHeld) return;
    for (let [next] = waiting; next !== undefined; [next] = waiting) {
      const leftMs = next.dueMs - performance.now();
      if (leftMs > 0) {
        timer = setTimeout(run, Math.ceil(leftMs));
        return;
      }
      waiting.shift();
      next.task();
    }
  };

  const clear = (): void => {
    clearTimeout(timer);
    waiting = [];
    lastDueMs = 0;
  };

  return {
    push(task, bytes = 0) {
      const startMs = Math.max(performance.now() + pace.delayMs(), lastDueMs);
      lastDueMs = startMs + (bytes * 1_000) / pace.bytesPerSecond();
      waiting.push({ task, dueMs: lastDueMs });
      if (waiting.length === 1) run();
    },
    hold() {
      isHeld = true;
    },
    flush() {
      const tasks = waiting;
      isHeld = false;
      clear();
      for (const { task } of tasks) task();
    },
    clear,
  };
}

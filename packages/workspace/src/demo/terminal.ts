/** Where the demo writes: a stream and whether it is a terminal. */
export interface Screen {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
}

/** Milliseconds in words: `0.4 ms`, `38 ms`, `2.1 s`. */
export function renderDuration(ms: number): string {
  if (ms >= 1_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms >= 10 ? `${Math.round(ms)} ms` : `${ms.toFixed(1)} ms`;
}

/** Tells what is going on: each step when it begins, and how it ended with the time it took. */
export interface Narrator {
  /** A line of its own above a group of steps. */
  heading(text: string): void;
  /** A line below the step that is under way, or below the newest one. */
  detail(text: string): void;
  /** Runs `work` as a step; what it resolves to is passed on, and what it throws is shown as the step's failure. */
  step<T>(title: string, work: () => Promise<T>): Promise<T>;
}

export function createNarrator(screen: Screen, nowMs: () => number): Narrator {
  const paint = (code: number, text: string): string => (screen.isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);
  let pending: string[] | undefined;

  const finish = (mark: string, title: string, time: string): void => {
    // On a terminal the finished step takes the place of the line that announced it; its details follow it.
    const announced = screen.isTerminal ? '\r\u001b[K' : '';
    screen.write(`${announced}  ${mark} ${title} ${paint(2, time)}\n`);
    for (const line of pending ?? []) screen.write(line);
    pending = undefined;
  };

  return {
    heading: (text) => screen.write(`\n${paint(1, text)}\n`),
    detail(text) {
      const line = `      ${text}\n`;
      if (pending === undefined) screen.write(line);
      else pending.push(line);
    },
    async step(title, work) {
      const startedAt = nowMs();
      if (screen.isTerminal) screen.write(`  … ${title}`);
      pending = [];
      try {
        const result = await work();
        finish(paint(32, '✓'), title, renderDuration(nowMs() - startedAt));
        return result;
      } catch (error) {
        finish(paint(31, '✗'), title, renderDuration(nowMs() - startedAt));
        throw error;
      }
    },
  };
}

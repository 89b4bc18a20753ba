/** Runs `task` when its turn comes: at most `limit` run at a time, in the order in which they were handed in. */
export type Limiter = <T>(task: () => Promise<T>) => Promise<T>;

/** @param limit how many tasks may run at a time, 1 or more */
export function createLimiter(limit: number): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;

  return async (task) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}

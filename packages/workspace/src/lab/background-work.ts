/** Work that goes on after the command that led to it. */
export interface BackgroundWork {
  /** Starts something about a subject; what goes on about the same subject is told to end. */
  readonly start: (subject: string, work: (signal: AbortSignal) => Promise<void>) => void;
  /** Resolves when nothing goes on, also of what is started meanwhile. */
  readonly settled: () => Promise<void>;
}

/** @param ending aborts all of it */
export function createBackgroundWork(
  ending: AbortSignal,
  onError: (subject: string, error: unknown) => void,
): BackgroundWork {
  const current = new Map<string, AbortController>();
  const running = new Set<Promise<void>>();
  return {
    start(subject, work) {
      current.get(subject)?.abort();
      const own = new AbortController();
      current.set(subject, own);
      const done = work(AbortSignal.any([ending, own.signal]))
        .catch((error: unknown) => {
          if (!ending.aborted) onError(subject, error);
        })
        .finally(() => {
          running.delete(done);
          if (current.get(subject) === own) current.delete(subject);
        });
      running.add(done);
    },
    async settled() {
      while (running.size > 0) await Promise.all(running);
    },
  };
}

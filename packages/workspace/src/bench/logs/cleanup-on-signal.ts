import { constants } from 'node:os';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What is to be tidied up at the end is tidied up at a signal, too, which then ends this process. */
export function cleanupOnSignal(): AsyncDisposableStack {
  const cleanup = new AsyncDisposableStack();
  let isOver = false;
  const end = async (signal: (typeof signals)[number]): Promise<void> => {
    if (isOver) return;
    isOver = true;
    try {
      await cleanup.disposeAsync();
    } finally {
      process.exit(128 + constants.signals[signal]);
    }
  };
  const handlers = signals.map((signal) => [signal, () => void end(signal)] as const);
  for (const [signal, handler] of handlers) process.on(signal, handler);
  // The first in is the last out: until all else is tidied up, a signal must not end this process.
  cleanup.defer(async () => {
    for (const [signal, handler] of handlers) process.off(signal, handler);
  });
  return cleanup;
}

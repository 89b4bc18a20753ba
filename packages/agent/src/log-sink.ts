import { destination } from 'pino';

/** How much may wait for a reader of the log that has stalled; what comes on top is dropped and counted. */
export const MAX_WAITING_LOG_BYTES = 1024 * 1024;

/** Where log lines go. */
export interface LogSink {
  /** Takes one line, line feed included; never waits and never throws. */
  write(line: string): void;
  /** Calls `listener` for every line that was dropped because the reader stalled. */
  onDrop(listener: () => void): void;
  /** Resolves to true when all is written, to false when that takes longer than `timeoutMs`. */
  flush(timeoutMs: number): Promise<boolean>;
}

/**
 * Writes to a file descriptor from a thread of the pool: a reader that stalls stalls no query and no lease. A reader
 * that is gone (EPIPE) is no error either: an agent outlives whoever watched it.
 */
export function createLogSink(fileDescriptor: number): LogSink {
  // A minimum of 1 still writes every line at once; with 0, pino's flush() would call back before anything is written.
  const stream = destination({ fd: fileDescriptor, sync: false, minLength: 1, maxLength: MAX_WAITING_LOG_BYTES });
  stream.on('error', () => undefined);
  return {
    write(line) {
      stream.write(line);
    },
    onDrop(listener) {
      stream.on('drop', listener);
    },
    flush(timeoutMs) {
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), timeoutMs);
        stream.flush(() => {
          clearTimeout(timer);
          resolve(true);
        });
      });
    },
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import { readUsage } from '../process-usage.ts';
import { type MemoryHalves, startMemoryWatch } from './memory-watch.ts';

/** What it took to get a backlog from the engine to a sink. */
export interface Passage {
  /** From the first bytes to the last. */
  readonly seconds: number;
  /** Of the reader, user and system mode, all threads. */
  readonly cpuSeconds: number;
  /** Of the engine meanwhile. */
  readonly engineCpuSeconds: number;
  readonly bytes: number;
  /** Of the reader; undefined where it ends too soon to be looked at. */
  readonly memory: MemoryHalves | undefined;
}

export interface Watched {
  readonly readerPid: number;
  readonly enginePid: number;
  /** How many bytes have arrived. */
  bytes(): number;
  /** Asked whenever nothing has arrived for a while. */
  isComplete(): Promise<boolean>;
  /** For the message when nothing comes any more. */
  describe(): string;
}

/** Milliseconds between two looks; the start and the end are known this well. */
const LOOK_MS = 5;
const MEMORY_LOOK_MS = 100;
const QUIET_MS = 250;
const GIVE_UP_MS = 60_000;
/** Fewer are a handshake. */
const FIRST_BYTES = 4096;

/**
 * Watches bytes arrive until all have. What the reader needs to start is not counted.
 * @throws Error when nothing has arrived for a minute
 */
export async function watchPassage(watched: Watched): Promise<Passage> {
  const { readerPid, enginePid } = watched;
  const giveUpAtMs = performance.now() + GIVE_UP_MS;
  while (watched.bytes() < FIRST_BYTES) {
    if (performance.now() > giveUpAtMs) throw new Error(`nothing has arrived: ${watched.describe()}`);
    await delay(LOOK_MS);
  }
  const startedMs = performance.now();
  const cpu = (pid: number): number => readUsage(pid).cpuSeconds;
  const [readerBefore, engineBefore] = [cpu(readerPid), cpu(enginePid)];
  const memory = startMemoryWatch(readerPid, MEMORY_LOOK_MS);
  let seen = 0;
  let lastMs = startedMs;
  try {
    for (;;) {
      const now = watched.bytes();
      const nowMs = performance.now();
      if (now > seen) {
        seen = now;
        lastMs = nowMs;
      } else if (nowMs - lastMs > QUIET_MS) {
        if (await watched.isComplete()) break;
        if (nowMs - lastMs > GIVE_UP_MS) throw new Error(`only ${seen} bytes have arrived: ${watched.describe()}`);
      }
      await delay(LOOK_MS);
    }
  } finally {
    memory.stop();
  }
  return {
    seconds: (lastMs - startedMs) / 1_000,
    cpuSeconds: cpu(readerPid) - readerBefore,
    engineCpuSeconds: cpu(enginePid) - engineBefore,
    bytes: seen,
    memory: memory.halves(),
  };
}

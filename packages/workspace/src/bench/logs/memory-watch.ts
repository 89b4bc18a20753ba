import { readUsage } from '../process-usage.ts';

/** The most that was resident in each half of a time, in MiB. */
export interface MemoryHalves {
  readonly firstHalfMib: number;
  readonly secondHalfMib: number;
}

export interface MemoryWatch {
  stop(): void;
  halves(): MemoryHalves;
}

/** Looks at a process's memory from now on, every so many milliseconds. */
export function startMemoryWatch(pid: number, everyMs: number): MemoryWatch {
  const samples = [readUsage(pid).rssMib];
  const timer = setInterval(() => samples.push(readUsage(pid).rssMib), everyMs);
  return {
    stop: () => clearInterval(timer),
    halves: () => halvesOf(samples),
  };
}

/** The middle one of an odd number counts for the second half. */
export function halvesOf(samples: readonly number[]): MemoryHalves {
  const middle = Math.floor(samples.length / 2);
  return {
    firstHalfMib: Math.max(...samples.slice(0, Math.max(middle, 1))),
    secondHalfMib: Math.max(...samples.slice(middle)),
  };
}

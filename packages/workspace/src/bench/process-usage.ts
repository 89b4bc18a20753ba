import { readFileSync } from 'node:fs';

/** What a process has used so far. */
export interface ProcessUsage {
  /** In user and system mode together. */
  readonly cpuSeconds: number;
  /** Resident now, in MiB. */
  readonly rssMib: number;
  /** The most that was ever resident, in MiB. */
  readonly peakRssMib: number;
}

/** The kernel counts in hundredths of a second on every machine that Linux runs on today (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Source: proc(5), `/proc/<pid>/stat` and `/proc/<pid>/status`. */
export function readUsage(pid: number): ProcessUsage {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The command's name, in parentheses, may hold spaces; utime and stime are the 12th and 13th field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    rssMib: mib('VmRSS'),
    peakRssMib: mib('VmHWM'),
  };
}

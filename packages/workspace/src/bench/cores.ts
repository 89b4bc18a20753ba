import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** What is measured has this core to itself; everything else is on the other one. */
const MEASURED_CPU = 0;
const OTHER_CPU = 1;

/**
 * Moves this process, and with it all that it starts from now on, off the core of what is measured, until the end of
 * `cleanup`.
 */
export async function leaveMeasuredCore(cleanup: AsyncDisposableStack): Promise<void> {
  const { stdout } = await promisify(execFile)('taskset', ['-cp', String(process.pid)]);
  const before = stdout.slice(stdout.lastIndexOf(':') + 1).trim();
  await pin(process.pid, String(OTHER_CPU));
  cleanup.defer(() => pin(process.pid, before));
}

/** Puts every thread of a process on the core of what is measured. */
export function moveToMeasuredCore(pid: number): Promise<void> {
  return pin(pid, String(MEASURED_CPU));
}

/** Put before a command, runs it on the core of what is measured. */
export const onMeasuredCore: readonly string[] = ['taskset', '-c', String(MEASURED_CPU)];

/** @param cpus `0`, `0-3` */
async function pin(pid: number, cpus: string): Promise<void> {
  await promisify(execFile)('taskset', ['-a', '-c', '-p', cpus, String(pid)]);
}

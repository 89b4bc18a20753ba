import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { root } from './root.ts';

/** Runs a command on this terminal, from the workspace's root; resolves to its exit code (128 + n after a signal). */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<number> {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  // Ctrl-C reaches the whole process group; this process waits until the command has tidied up.
  const stay = (): void => undefined;
  const passOn = (): void => {
    child.kill('SIGTERM');
  };
  process.on('SIGINT', stay);
  process.on('SIGTERM', passOn);
  // The terminal was closed: an agent by itself goes on after SIGHUP, and would be left behind.
  process.on('SIGHUP', passOn);
  try {
    await once(child, 'close');
  } finally {
    process.off('SIGINT', stay);
    process.off('SIGTERM', passOn);
    process.off('SIGHUP', passOn);
  }
  if (child.exitCode !== null) return child.exitCode;
  return child.signalCode === 'SIGINT' ? 130 : 143;
}

/** What a quiet command printed, stdout and stderr together, and its exit code. */
export interface Captured {
  readonly exitCode: number;
  readonly output: string;
}

export async function captureCommand(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Captured> {
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return { exitCode: child.exitCode ?? 1, output: Buffer.concat(chunks).toString('utf8') };
}

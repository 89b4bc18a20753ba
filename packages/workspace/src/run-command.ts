import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { root } from './root.ts';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
type EndSignal = (typeof signals)[number];

const ignore = (): void => undefined;

/** What a command on this terminal is run with. */
export interface RunSettings {
  /** On top of this process's own variables. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * Passes SIGINT on too. Ctrl-C reaches the whole process group anyway, so it is for commands that take a second one in
   * the same moment for the same; a `kill -INT` of this process alone reaches no others.
   */
  readonly passesInterrupt?: boolean;
}

/** Runs a command on this terminal, from the workspace's root; resolves to its exit code (128 + n after a signal). */
export async function runCommand(
  command: string,
  args: readonly string[],
  { env, passesInterrupt = false }: RunSettings = {},
): Promise<number> {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  // This process waits until the command has tidied up. The terminal was closed (SIGHUP): an agent by itself goes on
  // after that, and would be left behind.
  await untilClosed(child, (signal) => {
    // One Ctrl-C may arrive again after the command has ended: its exit code counts, not the repetition.
    if (!process.listeners(signal).includes(ignore)) process.on(signal, ignore);
    if (signal !== 'SIGINT') child.kill('SIGTERM');
    else if (passesInterrupt) child.kill('SIGINT');
  });
  return exitCodeOf(child.exitCode, child.signalCode);
}

/** What a quiet command printed, stdout and stderr together, and its exit code (128 + n after a signal). */
export interface Captured {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a command quietly. A signal ends the command first, and then this process, if that does not listen for it. */
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
  let heard: EndSignal | undefined;
  await untilClosed(child, (signal) => {
    heard ??= signal;
    child.kill('SIGTERM');
  });
  if (heard !== undefined) process.kill(process.pid, heard);
  return {
    exitCode: exitCodeOf(child.exitCode, child.signalCode),
    output: Buffer.concat(chunks).toString('utf8'),
  };
}

async function untilClosed(child: ChildProcess, onSignal: (signal: EndSignal) => void): Promise<void> {
  for (const signal of signals) process.on(signal, onSignal);
  try {
    await once(child, 'close');
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

function exitCodeOf(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + constants.signals[signal ?? 'SIGTERM'];
}

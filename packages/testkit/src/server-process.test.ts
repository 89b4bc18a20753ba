import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
import { startServer } from './server-process.ts';

const sleeper = { name: 'sleeper', command: 'sleep', args: ['1000000'], remedy: 'apt-get install coreutils' };

describe('startServer', () => {
  it('names the remedy when the command is missing', async () => {
    const missing = { ...sleeper, command: 'no-such-command' };
    await expect(startServer(missing)).rejects.toThrow(
      'sleeper cannot be started (no-such-command): apt-get install coreutils',
    );
  });

  it('keeps the output of a server that ended, and its exit code', async () => {
    const server = await startServer({ ...sleeper, command: 'sh', args: ['-c', 'echo out; echo err >&2; exit 3'] });
    await server.ended;
    await eventually('both lines', () => expect(server.output().split('\n').toSorted()).toEqual(['', 'err', 'out']));
    expect({ running: server.running, exitCode: server.exitCode }).toEqual({ running: false, exitCode: 3 });
  });

  it('ends a server that heeds no SIGTERM, also a paused one', async () => {
    const deaf = `trap '' TERM; echo deaf; while :; do sleep 0.1; done`;
    const server = await startServer({ ...sleeper, command: 'sh', args: ['-c', deaf] });
    await eventually('the trap', () => expect(server.output()).toBe('deaf\n'));
    server.signal('SIGSTOP');
    await server.stop('SIGTERM', 1);
    expect(server.running).toBe(false);
  });

  it('keeps a server out of the process group that Ctrl-C reaches', async () => {
    const server = await startServer(sleeper);
    // proc(5): after the command's name in parentheses come state, parent, process group and session.
    const fields = readFileSync(`/proc/${server.pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ');
    expect(fields.slice(2, 4)).toEqual([String(server.pid), String(server.pid)]);
    await server.stop();
  });

  it('ends a server with its owner, which exits by itself', async () => {
    const owner = `
      import { startServer } from '${new URL('./server-process.ts', import.meta.url).href}';
      const { pid } = await startServer(${JSON.stringify(sleeper)});
      process.stdout.write(String(pid), () => process.exit());`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', owner]);
    expect(stdout).toMatch(/^\d+$/);
    await eventually('the server gone', () => expect(existsSync(`/proc/${stdout}`)).toBe(false));
  });

  it('ends a server with its owner, although the owner is killed', async () => {
    const owner = `
      import { startServer } from '${new URL('./server-process.ts', import.meta.url).href}';
      const { pid } = await startServer(${JSON.stringify(sleeper)});
      process.stdout.write(String(pid), () => process.kill(process.pid, 'SIGKILL'));`;
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', owner]);
    const { stdout } = (await child.catch((error: unknown) => error)) as { stdout: string };
    expect(stdout).toMatch(/^\d+$/);
    await eventually('the server gone', () => expect(existsSync(`/proc/${stdout}`)).toBe(false));
  });
});

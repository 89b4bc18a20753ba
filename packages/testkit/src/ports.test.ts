import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { freePort } from './ports.ts';

const ephemeralFrom = 32_768;

describe('freePort', () => {
  /** The port that a process of its own gets that tries `wanted` first; then it runs `code`. */
  const inAnotherProcess = async (wanted: number, code = ''): Promise<number> => {
    const program = `
      import { freePort } from '${new URL('./ports.ts', import.meta.url).href}';
      Math.random = () => (${wanted} - 10_000 + 0.5) / 22_000;
      process.stdout.write(String(await freePort()), () => { ${code} });`;
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
    const { stdout } = (await child.catch((error: unknown) => error)) as { stdout: string };
    return Number(stdout);
  };

  it('never gives the same port twice, nor one that a client may be using', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    expect(new Set(ports).size).toBe(50);
    expect(Math.max(...ports)).toBeLessThan(ephemeralFrom);
  });

  it('gives no process a port that another one has', async () => {
    const own = await freePort();
    expect(await inAnotherProcess(own)).not.toBe(own);
  });

  it('gives a port again when the process that had it was killed', async () => {
    const port = await inAnotherProcess(await freePort(), "process.kill(process.pid, 'SIGKILL')");
    expect(await inAnotherProcess(port)).toBe(port);
  });
});

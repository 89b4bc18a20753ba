import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { freePort } from './ports.ts';

const ephemeralFrom = 32_768;

describe('freePort', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-ports-test-'));

  afterAll(() => rmSync(folder, { recursive: true }));

  /** Takes a port in a process of its own, with its temporary files in `folder`, and then runs `code`. */
  const inAnotherProcess = async (code: string): Promise<string> => {
    const program = `
      import { freePort } from '${new URL('./ports.ts', import.meta.url).href}';
      const port = await freePort();
      ${code}`;
    const env = { ...process.env, TMPDIR: folder };
    const child = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], { env });
    const { stdout } = (await child.catch((error: unknown) => error)) as { stdout: string };
    return stdout;
  };
  const reserved = (): readonly string[] =>
    readdirSync(folder, { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? entry.name : [],
    );

  it('never gives the same port twice, nor one that a client may be using', async () => {
    const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
    expect(new Set(ports).size).toBe(50);
    expect(Math.max(...ports)).toBeLessThan(ephemeralFrom);
  });

  it("reserves in a folder of this user's own, as long as the process lives", async () => {
    const seen = await inAnotherProcess(`
      const { readdirSync } = await import('node:fs');
      process.stdout.write(JSON.stringify([String(port), ...readdirSync('${folder}', { recursive: true })]));`);
    const [port = '', ...entries]: string[] = JSON.parse(seen);
    const own = `wharf-ports-${statSync(folder).uid}`;
    expect(entries.toSorted()).toEqual([own, join(own, port)]);
    expect(reserved()).toEqual([]);
  });

  it('leaves the reservation of a process that was killed, which then counts for nothing', async () => {
    const port = await inAnotherProcess(
      `process.stdout.write(String(port), () => process.kill(process.pid, 'SIGKILL'));`,
    );
    expect(reserved()).toEqual([port]);
    const again = await inAnotherProcess(`
      Math.random = () => (${port} - 10_000 + 0.5) / 22_000;
      process.stdout.write(String(await freePort()));`);
    expect(again).toBe(port);
  });
});

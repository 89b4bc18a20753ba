import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Dockerd, eventually, startDockerd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const bootstrap = fileURLToPath(new URL('../../workspace/bootstrap.mjs', import.meta.url));

interface RunningDemo {
  readonly child: ChildProcess;
  output(): string;
  readonly ended: Promise<number | null>;
}

/** Starts `npm run demo` as a process group of its own, as a terminal does. */
function startDemo(dockerd: Dockerd): RunningDemo {
  const child = spawn(process.execPath, [bootstrap, 'demo'], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, DOCKER_HOST: `unix://${dockerd.socketPath}` },
  });
  let output = '';
  const keep = (chunk: Buffer): void => {
    output += chunk.toString('utf8');
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const ended = once(child, 'close').then(() => child.exitCode);
  return { child, output: () => output, ended };
}

describe('npm run demo', () => {
  let dockerd: Dockerd;

  beforeAll(async () => {
    dockerd = await startDockerd();
  });

  afterAll(() => dockerd.stop());

  const containers = (): Promise<string> => dockerd.docker('ps', '--all', '--quiet');
  const left = async (): Promise<string> => `${await containers()}${await dockerd.docker('images', '--quiet')}`;

  it('shows every step, ends with 0 and leaves no container and no image', { timeout: 120_000 }, async () => {
    const demo = startDemo(dockerd);
    const exitCode = await demo.ended;
    const output = demo.output();
    expect({ exitCode, output }).toMatchObject({ exitCode: 0 });
    expect(output).not.toContain('✗');
    expect(output).toMatch(/first right answer for web\.wharf\.demo [\d.]+ m?s after docker run/);
    expect(output).toMatch(/SRV \d+ \d+ \d+ /);
    expect(output).toContain('order 5 shipped');
    expect(output).toMatch(/gone from DNS [\d.]+ m?s after docker kill/);
    expect(await left()).toBe('');
  });

  it.each(['SIGINT', 'SIGHUP'] as const)(
    'cleans up when %s ends it in the middle',
    { timeout: 120_000 },
    async (signal) => {
      const demo = startDemo(dockerd);
      await eventually('a container of the demo', async () => expect(await containers()).not.toBe(''), {
        timeoutMs: 60_000,
      });
      if (demo.child.pid === undefined) throw new Error('the demo has no process ID');
      process.kill(-demo.child.pid, signal);
      expect({ exitCode: await demo.ended, output: demo.output() }).toMatchObject({ exitCode: 130 });
      expect(await left()).toBe('');
    },
  );
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';

const bootstrap = fileURLToPath(new URL('../../workspace/bootstrap.mjs', import.meta.url));

/** Starts `npm run <words>` as a process group of its own, as a terminal does. */
function startScript(...words: readonly string[]) {
  const child = spawn(process.execPath, [bootstrap, ...words], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const { pid } = child;
  if (pid === undefined) throw new Error('node cannot be started');
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].on('data', (chunk: Buffer) => {
      printed[stream] += chunk.toString('utf8');
    });
  }
  const ended = once(child, 'close').then(() => ({ exitCode: child.exitCode, ...printed }));
  return { pid, printed, ended };
}

/** A registrar that needs nothing of this host. */
const idle = [
  '-docker-host=unix:///nowhere/docker.sock',
  '-admin-addr=off',
  '-ip=127.0.0.1',
  'memory:///example.local',
];

describe('npm run registrar', { timeout: 120_000 }, () => {
  it.each([
    { title: 'SIGTERM to npm alone', signal: 'SIGTERM', group: false },
    { title: 'SIGINT to npm alone', signal: 'SIGINT', group: false },
    { title: 'Ctrl-C, which reaches every process', signal: 'SIGINT', group: true },
  ] as const)('ends in good order on $title, and leaves nothing running', async ({ signal, group }) => {
    const { pid, printed, ended } = startScript('registrar', '-log-format=json', ...idle);
    const started = (): void => expect(printed.stderr).toContain('"msg":"started"');
    await eventually('the registrar to start', started, { timeoutMs: 90_000 });
    process.kill(group ? -pid : pid, signal);
    const { exitCode, stderr } = await ended;
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stderr).toContain('"msg":"stopped"');
    expect(stderr).not.toContain('a second signal');
    expect(() => process.kill(-pid, 0)).toThrow('ESRCH');
  });

  it('gives the exit code back, and one line of why it cannot start', async () => {
    const uri = 'skydns2://127.0.0.1:2379/example.local';
    const { exitCode, stderr } = await startScript('registrar', '-log-format=text', '-etcd-ca=/nope', uri).ended;
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/ERROR: registrar: cannot start: -etcd-ca: \/nope cannot be read: ENOENT[^\n]*\n$/);
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('explains a container', async () => {
    const { exitCode, stdout, stderr } = await startScript('registrar', 'explain', 'web', ...idle).ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^registrar explain: .*\/nowhere\/docker\.sock/m);
  });

  it.each(['registrar', 'dns-server', 'log-shipper'])('runs %s', async (app) => {
    const { exitCode, stdout } = await startScript(app, '-version').ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringMatching(new RegExp(`^${app} \\d`)) });
  });
});

import { execFile } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { mainOf } from './cluster.ts';

interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runToEnd(app: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { env: { PATH: process.env.PATH, ...env }, timeout: 20_000 };
    execFile(process.execPath, [mainOf(app), ...args], options, (error, stdout, stderr) => {
      resolve({ exitCode: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr });
    });
  });
}

describe('a command line that cannot be meant', () => {
  it.each([
    {
      app: 'registrar',
      args: ['-ttl', 'soon', '-naming=v9', '-bogus', 'skydns2://127.0.0.1:2379/example.local'],
      env: { DOCKER_HOST: 'ssh://engine' },
      named: ['-ttl', 'soon', '-naming', 'v9', '-bogus', 'DOCKER_HOST', 'ssh://engine'],
    },
    {
      app: 'registrar',
      args: ['-ttl', '40', 'redis://127.0.0.1/x'],
      env: {},
      named: ['-ttl', '-ttl-refresh', 'redis'],
    },
    { app: 'registrar', args: ['-ttl', 'soon', 'redis://x'], env: {}, named: ['-ttl', 'soon', 'redis://x'] },
    { app: 'registrar', args: [], env: {}, named: ['registry URI'] },
    {
      app: 'dns-server',
      args: ['-domain', 'a..b', '-machines', 'ftp://x'],
      env: { SKYDNS_ADDR: 'nowhere:port' },
      named: ['-domain', 'a..b', '-machines', 'ftp://x', 'SKYDNS_ADDR', 'nowhere:port'],
    },
    {
      app: 'log-shipper',
      args: ['carrier-pigeon://roof:514'],
      env: { SYSLOG_FORMAT: 'rfc1149' },
      named: ['carrier-pigeon', 'SYSLOG_FORMAT', 'rfc1149'],
    },
    { app: 'log-shipper', args: [], env: {}, named: ['route'] },
    { app: 'standalone', args: ['-ip', 'nobody', '-dns-addr', '1'], env: {}, named: ['-ip', 'nobody', '-dns-addr'] },
  ])('makes $app say everything that is wrong with $args $env, and end with 2', async ({ app, args, env, named }) => {
    const { exitCode, stdout, stderr } = await runToEnd(app, args, { ...env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    for (const word of named) expect(stderr).toContain(word);
  });
});

describe('--help', () => {
  it.each(['registrar', 'dns-server', 'log-shipper', 'standalone'])(
    'of %s names its options and ends with 0',
    async (app) => {
      const { exitCode, stdout } = await runToEnd(app, ['--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain('-admin-addr');
      expect(stdout).toContain('-log-level');
    },
  );
});

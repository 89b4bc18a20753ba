import { describe, expect, it } from 'vitest';
import { runToEnd } from './run-to-end.ts';

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
      app: 'registrar',
      args: ['explain', 'web', '-ttl', 'soon', '-naming=v9', 'redis://x'],
      env: {},
      named: ['-ttl', 'soon', '-naming', 'v9', 'redis://x', 'registrar explain -help'],
    },
    {
      app: 'registrar',
      args: ['explain', 'memory:///example.local'],
      env: {},
      named: ['<container> <registry URI>', 'missing'],
    },
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

  it('of registrar explain says what it takes, and ends with 0', async () => {
    const { exitCode, stdout } = await runToEnd('registrar', ['explain', '-help']);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('Usage: registrar explain <container> [options] <registry URI>');
    expect((await runToEnd('registrar', ['-help'])).stdout).toContain('registrar explain <container>');
  });
});

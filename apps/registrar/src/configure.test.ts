import { parseCommandLine, renderOptionError } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { registrarCommand } from './command.ts';
import { configure, type RegistrarSettings } from './configure.ts';

const URI = 'skydns2://10.0.0.5:4001/staging.example.local';

function settle(args: readonly string[], env: Record<string, string> = {}): RegistrarSettings | readonly string[] {
  const line = parseCommandLine(registrarCommand, args, env);
  const settings = line.ok ? configure(line.value, { hostname: 'node-1', env }) : line;
  return settings.ok ? settings.value : settings.error.map(renderOptionError);
}

describe('configure', () => {
  it("takes the original's command line", () => {
    expect(settle(['-ip', '10.0.0.5', '-ttl-refresh', '30', '-ttl', '40', URI])).toMatchObject({
      registrar: { host: 'node-1', ip: '10.0.0.5', ttlSeconds: 40, domain: ['staging', 'example', 'local'] },
      registry: { scheme: 'skydns2', endpoints: ['10.0.0.5:4001'] },
    });
  });

  it('takes options after the URI, with two dashes and an equals sign', () => {
    expect(settle([URI, '--internal', '--ttl=40', '--ttl-refresh=30', '-cleanup', '--naming=head'])).toMatchObject({
      registrar: { internal: true, ttlSeconds: 40, naming: 'head' },
    });
  });

  it('has defaults for all but the URI', () => {
    expect(settle([URI])).toEqual({
      registrar: {
        host: 'node-1',
        domain: ['staging', 'example', 'local'],
        ip: undefined,
        internal: false,
        explicit: false,
        naming: 'v5',
        deregister: 'always',
        onStop: 'keep',
        ttlSeconds: 60,
        resyncSeconds: 60,
        retryAttempts: -1,
        retryIntervalMs: 2000,
      },
      registry: { scheme: 'skydns2', endpoints: ['10.0.0.5:4001'], domain: ['staging', 'example', 'local'] },
      dockerHost: '',
      etcd: { username: undefined, password: undefined, caFile: undefined, certFile: undefined, keyFile: undefined },
    });
  });

  it('takes credentials and the engine from variables', () => {
    const env = {
      ETCD_USERNAME: 'wharf',
      ETCD_PASSWORD: 'secret',
      DOCKER_HOST: 'tcp://10.0.0.5:2375',
      ETCD_CACERT: '/ca',
    };
    expect(settle([URI], env)).toMatchObject({
      dockerHost: 'tcp://10.0.0.5:2375',
      etcd: { username: 'wharf', password: 'secret', caFile: '/ca' },
    });
  });

  it.each([
    { args: ['-ttl', '40', URI], named: ['-ttl', '40', '-ttl-refresh'] },
    { args: ['-ttl-refresh', '30', URI], named: ['-ttl-refresh', '30', '-ttl'] },
    { args: ['-ttl', '30', '-ttl-refresh', '30', URI], named: ['-ttl', '-ttl-refresh', '30'] },
    { args: ['-ttl', '40', 'redis://127.0.0.1/x'], named: ['-ttl', 'redis'] },
    { args: ['-ip', 'nobody', URI], named: ['-ip', 'nobody'] },
    { args: ['-ip', '0.0.0.0', URI], named: ['-ip', '0.0.0.0'] },
    { args: ['-host', 'a/b', URI], named: ['-host', 'a/b'] },
    { args: ['-naming', 'v9', '-deregister=never', URI], named: ['-naming', 'v9', '-deregister', 'never'] },
    { args: ['-docker-host', 'carrier://pigeon', URI], named: ['-docker-host', 'carrier://pigeon'] },
    { args: ['-ttl', '1000000', '-ttl-refresh', '30', URI], named: ['-ttl', '604800'] },
    { args: ['-etcd-cert', '/a', URI], named: ['-etcd-cert', '-etcd-key'] },
    { args: ['-etcd-password', 'secret', URI], named: ['-etcd-password', '-etcd-username'] },
    { args: ['skydns2://me:secret@10.0.0.1/x.local'], named: ['<registry URI>', 'ETCD_PASSWORD'] },
    { args: [], named: ['<registry URI>'] },
  ])('refuses $args, naming $named', ({ args, named }) => {
    const errors = settle(args);
    if (!Array.isArray(errors)) throw new Error('it was accepted');
    const text = errors.join('\n');
    for (const word of named) expect(text).toContain(word);
    expect(text).not.toContain('secret');
  });
});

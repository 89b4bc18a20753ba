import { createManualClock, parseCommandLine, Registry, silentLogger } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { registrarCommand } from '../command.ts';
import { configure } from '../configure.ts';
import { sketchService } from '../testing/service.ts';
import { type OpenRegistry, openRegistry } from './open-registry.ts';

function open(...argv: readonly string[]): OpenRegistry {
  const line = parseCommandLine(registrarCommand, argv, {});
  const settings = line.ok ? configure(line.value, { hostname: 'node-1', env: {} }) : line;
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  const clock = createManualClock();
  const context = { log: silentLogger, clock, random: () => 0.5, registry: new Registry(), hostname: '', env: {} };
  return openRegistry(settings.value, context);
}

describe('openRegistry', () => {
  it.each([
    ['skydns2://10.0.0.1,10.0.0.2/local', 'etcd http://10.0.0.1:2379', '/skydns/local/web/node-1:web:80'],
    ['etcd://10.0.0.1/services', 'etcd http://10.0.0.1:2379', '/services/web/node-1:web:80'],
    ['memory:///local', 'memory', '/skydns/local/web/node-1:web:80'],
    ['consul://', 'Consul http://127.0.0.1:8500', 'node-1:web:80'],
  ])('%s is %s, with keys such as %s', async (uri, description, key) => {
    for (const dry of [false, true]) {
      const opened = open(uri, `-dry-run=${dry}`);
      const { registry } = opened;
      expect(registry.description).toContain(description);
      expect(registry.description.includes('dry run')).toBe(dry);
      expect(registry.layout.toEntries(sketchService())).toMatchObject({ value: { entries: [{ key }] } });
      await opened.close();
    }
  });

  it('speaks to etcd over TLS with -etcd-tls', async () => {
    const opened = open('-etcd-tls', 'etcd://10.0.0.1/services');
    expect(opened.registry.description).toContain('etcd https://10.0.0.1:2379');
    await opened.close();
  });

  it('says which file with credentials cannot be read', () => {
    expect(() => open('-etcd-ca', '/nowhere/ca.pem', 'etcd://10.0.0.1/services')).toThrow(
      '-etcd-ca: /nowhere/ca.pem cannot be read',
    );
  });
});

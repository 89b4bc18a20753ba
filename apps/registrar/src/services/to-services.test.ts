import { describe, expect, it } from 'vitest';
import { type ContainerSketch, sketchContainer } from '../testing/container.ts';
import type { Host, ServiceRules } from './service.ts';
import { toServices } from './to-services.ts';

const host: Host = { name: 'node-1', address: '10.0.0.5' };
const rules: ServiceRules = { ip: undefined, internal: false, explicit: false, naming: 'v5', ttlSeconds: 60 };

function look(sketch: ContainerSketch, more: Partial<ServiceRules> = {}) {
  const { services, skipped, warnings } = toServices(sketchContainer(sketch), undefined, host, { ...rules, ...more });
  return {
    services: services.map(({ name, id, address, port }) => `${name} ${id} ${address}:${port}`),
    skipped: skipped.map(({ port, reason }) => `${port} ${reason}`),
    warnings,
  };
}

describe('toServices', () => {
  it('makes a service of a published port, with all there is to know about it', () => {
    const container = sketchContainer({
      environment: { SERVICE_TAGS: 'a,b', SERVICE_REGION: 'us' },
      ports: ['8080:80/udp'],
    });
    expect(toServices(container, undefined, host, rules).services).toEqual([
      {
        containerId: container.id,
        containerName: 'web',
        id: 'node-1:web:80:udp',
        name: 'web',
        address: '10.0.0.5',
        port: 8080,
        containerPort: 80,
        protocol: 'udp',
        tags: ['a', 'b'],
        attributes: new Map([['region', 'us']]),
        ttlSeconds: 60,
      },
    ]);
  });

  it('names several ports by the rule in force', () => {
    expect(look({ ports: ['8080:80', '8443:443'] }).services).toEqual([
      'web-80 node-1:web:80 10.0.0.5:8080',
      'web-443 node-1:web:443 10.0.0.5:8443',
    ]);
    expect(look({ ports: ['8080:80', '443'] }, { naming: 'v7' }).services).toEqual([
      'web-80 node-1:web:80 10.0.0.5:8080',
    ]);
  });

  it('counts tcp and udp of one number, and ignored ports, as several', () => {
    expect(
      look({ ports: ['53:53', '53:53/udp'], environment: { SERVICE_NAME: 'dns' } }, { naming: 'head' }).services,
    ).toEqual(['dns-53 node-1:web:53 10.0.0.5:53', 'dns-53 node-1:web:53:udp 10.0.0.5:53']);
    expect(
      look({ ports: ['8080:80', '8443:443'], environment: { SERVICE_443_IGNORE: 'yes' } }, { naming: 'head' }).services,
    ).toEqual(['web-80 node-1:web:80 10.0.0.5:8080']);
  });

  it.each([
    ['SERVICE_IGNORE', { SERVICE_IGNORE: 'true' }, 'variable SERVICE_IGNORE'],
    ['SERVICE_IGNORE=false, as in the original', { SERVICE_IGNORE: 'false' }, 'variable SERVICE_IGNORE'],
    ['SERVICE_80_IGNORE', { SERVICE_80_IGNORE: '1' }, 'variable SERVICE_80_IGNORE'],
  ])('obeys %s', (_, environment, source) => {
    expect(look({ environment })).toMatchObject({
      services: [],
      skipped: [`80/tcp container web: port 80/tcp is ignored: ${source} is set`],
    });
  });

  it('does not mistake an empty SERVICE_IGNORE for one', () => {
    expect(look({ environment: { SERVICE_IGNORE: '' } }).services).toHaveLength(1);
  });

  it('asks for a name with -explicit', () => {
    expect(look({}, { explicit: true }).skipped).toEqual([
      '80/tcp container web: port 80/tcp has no SERVICE_NAME, which -explicit asks for',
    ]);
    expect(look({ environment: { SERVICE_80_NAME: 'a' } }, { explicit: true }).services).toHaveLength(1);
    expect(look({ labels: { SERVICE_NAME: 'a' } }, { explicit: true }).services).toHaveLength(1);
  });

  it.each([
    [
      'control characters in a name',
      { SERVICE_80_NAME: 'a\nb' },
      /label SERVICE_80_NAME holds the control character U\+000A/,
    ],
    ['an endless ID', { SERVICE_80_ID: 'x'.repeat(5000) }, /label SERVICE_80_ID is 5000 characters long/],
    [
      'control characters in tags',
      { SERVICE_80_TAGS: 'a\u0007' },
      /label SERVICE_80_TAGS holds the control character U\+0007/,
    ],
  ])('skips the port with %s, and serves its neighbour', (_, labels, reason) => {
    const { services, skipped } = look({ labels, ports: ['8080:80', '8443:443'] });
    expect(services).toEqual(['web-443 node-1:web:443 10.0.0.5:8443']);
    expect(skipped).toEqual([expect.stringMatching(reason)]);
    expect(skipped[0]).toContain('container web');
  });

  it('keeps a service whose attribute cannot be used: it is meant for the application', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nsecret';
    const seen = look({ environment: { SERVICE_ACCOUNT_KEY: pem }, ports: ['8080:80', '8443:443'] });
    expect(seen.services).toHaveLength(2);
    expect(seen.warnings).toEqual([
      'container web: an attribute is left out: variable SERVICE_ACCOUNT_KEY holds the control character U+000A',
    ]);
    expect(JSON.stringify(seen)).not.toContain('secret');
  });

  it.each([
    ['has ended', { running: false }],
    ['waits for its next restart', { running: true, restarting: true }],
  ])('gives nothing for a container that %s, and needs no reason', (_, state) => {
    expect(look({ state })).toEqual({ services: [], skipped: [], warnings: [] });
  });

  it('keeps the services of a paused container', () => {
    expect(look({ state: { paused: true } }).services).toHaveLength(1);
  });
});

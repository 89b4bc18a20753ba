import { parseTemplate } from '@wharf/go-template';
import { describe, expect, it } from 'vitest';
import { registrarDefaults } from '../config.ts';
import { type ContainerSketch, sketchContainer } from '../testing/container.ts';
import type { Host, ServiceRules } from './service.ts';
import { toServices } from './to-services.ts';

const host: Host = { name: 'node-1', addresses: { ipv4: '10.0.0.5' } };
const rules: ServiceRules = registrarDefaults;

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
        tags: ['a', 'b', 'udp'],
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

  it.each([
    ['paused', { paused: true }, {}, /is paused/],
    ['unhealthy', { health: 'unhealthy' }, {}, /is unhealthy/],
    ['not healthy yet', { health: 'starting' }, {}, /has not passed its health check yet/],
  ] as const)('gives nothing for a container that is %s, and says so', (_, state, more, reason) => {
    expect(look({ state }, more)).toEqual({
      services: [],
      skipped: [expect.stringMatching(new RegExp(`^\\* container web ${reason.source}`))],
      warnings: [],
    });
  });

  it('gives nothing for a container that -only does not choose', () => {
    const only = { only: { matches: (labels: ReadonlyMap<string, string>) => labels.get('team') === 'a' } };
    expect(look({ labels: { team: 'a' } }, only).services).toHaveLength(1);
    expect(look({ labels: { team: 'b' } }, only)).toEqual({
      services: [],
      skipped: ['* container web has not the labels that -only asks for'],
      warnings: [],
    });
  });

  it('takes the name from the label that the operator names, as from the image', () => {
    const labels = { 'com.docker.compose.service': 'shop' };
    const more = { nameLabel: 'com.docker.compose.service' };
    expect(look({ labels }, more).services).toEqual(['shop node-1:web:80 10.0.0.5:8080']);
    expect(look({ labels, ports: ['1:1', '2:2'] }, more).services[0]).toMatch(/^shop-1 /);
    expect(look({ labels: { ...labels, SERVICE_NAME: 'x' } }, more).services[0]).toMatch(/^x /);
    expect(look({ labels: { 'com.docker.compose.service': '' } }, more).services[0]).toMatch(/^web /);
    expect(look({ labels: { 'com.docker.compose.service': 'a\nb' } }, more).skipped[0]).toMatch(
      /label com\.docker\.compose\.service holds the control character U\+000A$/,
    );
  });

  it("tells an ID that was given from the container's own", () => {
    const { services } = toServices(
      sketchContainer({ labels: { SERVICE_80_ID: 'node-1:other:80' }, ports: ['8080:80', '8443:443'] }),
      undefined,
      host,
      rules,
    );
    expect(services.map(({ id, hasGivenId }) => [id, hasGivenId])).toEqual([
      ['node-1:other:80', true],
      ['node-1:web:443', undefined],
    ]);
  });

  it('says of variables, labels and ports that there are too many', () => {
    const labels = Object.fromEntries(Array.from({ length: 70 }, (_, index) => [`SERVICE_KEY${index}`, 'x']));
    const ports = Array.from({ length: 1_030 }, (_, index) => String(index + 1));
    const { services, warnings } = look({ labels, ports, networkMode: 'host' });
    expect(services).toHaveLength(1_024);
    expect(warnings).toEqual([
      'container web: 6 of its variables and labels are left out: at most 64 attributes are read',
      'container web: 6 of its ports are left out: at most 1024 are registered',
    ]);
  });

  it('puts priority, weight, TTL and group into the service', () => {
    const labels = { SERVICE_PRIORITY: '1', SERVICE_WEIGHT: '2', SERVICE_TTL: '5', SERVICE_GROUP: 'g' };
    expect(toServices(sketchContainer({ labels }), undefined, host, rules).services).toMatchObject([
      { priority: 1, weight: 2, ttlSeconds: 5, group: 'g', attributes: new Map() },
    ]);
  });

  it('skips a port with a wrong number, and serves its neighbour', () => {
    const seen = look({ labels: { SERVICE_80_WEIGHT: 'much' }, ports: ['8080:80', '8443:443'] });
    expect(seen.services).toEqual(['web-443 node-1:web:443 10.0.0.5:8443']);
    expect(seen.skipped).toEqual([
      '80/tcp container web: port 80/tcp has bad metadata: label SERVICE_80_WEIGHT must be a whole number from 0 to 65535',
    ]);
  });

  it('adds the tags of the template to those of the container, and skips a container that it fails for', () => {
    const tags = parseTemplate('{{index .Config.Labels "zone"}},all');
    if (!tags.ok) throw new Error(tags.error.message);
    const labels = { SERVICE_TAGS: 'own' };
    const inspected = { Config: { Labels: { zone: 'east' } } };
    const { services } = toServices(sketchContainer({ labels, inspected }), undefined, host, {
      ...rules,
      tags: tags.value,
    });
    expect(services[0]?.tags).toEqual(['own', 'east', 'all']);
    expect(look({ labels, inspected: { Config: { Labels: 7 } } }, { tags: tags.value })).toMatchObject({
      services: [],
      skipped: [expect.stringMatching(/^\* container web is left out: the template of -tags fails for it: 1:/)],
    });
  });

  it('says that metadata names a port that the container does not have', () => {
    const environment = { SERVICE_8080_NAME: 'a', SERVICE_8080_ID: 'b', SERVICE_80_NAME: 'web' };
    expect(look({ environment, labels: { SERVICE_99999999_NAME: 'x' } })).toEqual({
      services: ['web node-1:web:80 10.0.0.5:8080'],
      skipped: [],
      warnings: [
        "container web: variable SERVICE_8080_NAME names no port of the container (the host's ports do not count)",
        "container web: label SERVICE_99999999_NAME names no port of the container (the host's ports do not count)",
      ],
    });
  });

  it('tells bad metadata from what is left out on purpose', () => {
    const environment = { SERVICE_80_WEIGHT: 'much', SERVICE_81_IGNORE: '1', SERVICE_82_NAME: 'a\nb' };
    const container = sketchContainer({ environment, ports: ['80:80', '81:81', '82:82', '83'] });
    const { skipped } = toServices(container, undefined, host, rules);
    expect(Object.fromEntries(skipped.map(({ port, isFault = false }) => [port, isFault]))).toEqual({
      '80/tcp': true,
      '81/tcp': false,
      '82/tcp': true,
      '83/tcp': false,
    });
  });

  it('reads another prefix than SERVICE_', () => {
    const environment = { SERVICE_NAME: 'no', WHARF_NAME: 'yes' };
    expect(look({ environment }, { metadataPrefix: 'WHARF_' }).services[0]).toMatch(/^yes /);
    expect(look({}, { metadataPrefix: 'WHARF_', explicit: true }).skipped[0]).toMatch(/has no WHARF_NAME, which/);
  });

  it('announces both addresses of a dual stack, the IPv6 one as an instance of its own', () => {
    const dual: Host = { name: 'node-1', addresses: { ipv4: '10.0.0.5', ipv6: 'fd00::5' } };
    const { services } = toServices(sketchContainer({ ports: ['80'], networkMode: 'host' }), undefined, dual, {
      ...rules,
      family: 'dual',
    });
    expect(services.map(({ id, address }) => [id, address])).toEqual([
      ['node-1:web:80', '10.0.0.5'],
      ['node-1:web:80:ipv6', 'fd00::5'],
    ]);
  });

  it('announces a port alone on the network that SERVICE_<port>_NETWORK names, published or not', () => {
    const networks = { bridge: '172.17.0.2', back: '10.1.0.7' };
    const { services, skipped } = toServices(
      sketchContainer({ ports: ['8080:80', '443', '9000'], networks, labels: { SERVICE_443_NETWORK: 'back' } }),
      undefined,
      host,
      rules,
    );
    expect(services.map(({ address, port }) => `${address} ${port}`)).toEqual(['10.0.0.5 8080', '10.1.0.7 443']);
    expect(skipped.map(({ port }) => port)).toEqual(['9000/tcp']);
  });

  it('lets an empty SERVICE_<port>_NETWORK take a port off the network of the others', () => {
    const labels = { SERVICE_NETWORK: 'bridge', SERVICE_80_NETWORK: '' };
    const { services } = toServices(sketchContainer({ ports: ['8080:80', '443'], labels }), undefined, host, rules);
    expect(services.map(({ address, port }) => `${address} ${port}`)).toEqual(['10.0.0.5 8080', '172.17.0.2 443']);
  });
});

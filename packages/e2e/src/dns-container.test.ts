import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Dockerd,
  importSampleImage,
  type NetworkDoor,
  openNetworkDoor,
  startAgent,
  startDockerd,
  startEtcd,
  startKnot,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainOf } from './cluster.ts';
import { compileForMusl } from './compile-for-musl.ts';
import { putKey } from './write-store.ts';

/** The gateway of Docker's own bridge, where every container reaches its host. */
const GATEWAY = '172.17.0.1';
const ZONE = 'example.local';
const PATH = '/skydns/local/example';

const RECORDS: Readonly<Record<string, unknown>> = {
  'web/1': { host: '10.0.0.1', port: 80 },
  'web/2': { host: '10.0.0.2', port: 80 },
  'web/3': { host: '2001:db8::3', port: 80 },
  four: { host: '10.0.0.4' },
  six: { host: '2001:db8::6' },
  outside: { host: 'www.example.org' },
  alias: { host: `four.${ZONE}` },
};

const GETENT = '/usr/bin/getent';
/** getent(1): "One or more supplied key could not be found in the database." */
const NOT_FOUND = '2';

const LOOKUPS = [
  { what: 'a bare name, in the search domain', name: 'web', expected: ['10.0.0.1', '10.0.0.2', '2001:db8::3'] },
  { what: 'a whole name', name: `web.${ZONE}`, expected: ['10.0.0.1', '10.0.0.2', '2001:db8::3'] },
  { what: 'a name that is absolute', name: `web.${ZONE}.`, expected: ['10.0.0.1', '10.0.0.2', '2001:db8::3'] },
  { what: 'an alias', name: 'alias', expected: ['10.0.0.4'] },
  { what: 'a name with IPv4 alone', name: 'four', expected: ['10.0.0.4'] },
  { what: 'a name with IPv6 alone', name: 'six', expected: ['2001:db8::6'] },
  { what: 'one replica', name: '2.web', expected: ['10.0.0.2'] },
  { what: 'a name outside', name: 'www.example.org', expected: ['192.0.2.80', '2001:db8:ffff::80'] },
  { what: 'an alias of a name outside', name: 'outside', expected: ['192.0.2.80', '2001:db8:ffff::80'] },
  { what: 'the server itself', name: `local.dns.${ZONE}`, expected: [GATEWAY] },
];

/** All names but those of the dns-server: what the name server of its host knows. */
const OUTSIDE = `
.                    60 SOA ns.example.org. hostmaster.example.org. 1 3600 600 86400 60
.                    60 NS  ns.example.org.
ns.example.org.      60 A   192.0.2.53
www.example.org.     60 A   192.0.2.80
www.example.org.     60 AAAA 2001:db8:ffff::80
`;

/** More addresses than a datagram holds, with EDNS too. */
const MANY = 120;

/**
 * musl looks only for names of fewer dots in the search domain; in networks of its own Docker says `ndots:0`, and nothing
 * would be looked for there.
 */
const SEARCH_FIRST = ['--dns-opt', 'ndots:2'];

const LOOK_UP = fileURLToPath(new URL('look-up.c', import.meta.url));

/**
 * A container as the posts set it up: `docker run --dns <host> --dns-search <zone>`, with this machine's glibc and with musl,
 * whose resolver asks for both families at once and, as Debian has it, knows neither EDNS nor TCP.
 */
describe('a container whose name server is the built dns-server', { timeout: 60_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let dockerd: Dockerd;
  let door: NetworkDoor;

  const folder = mkdtempSync(join(tmpdir(), 'wharf-musl-'));
  const musl = join(folder, 'look-up');

  beforeAll(async () => {
    cleanup.defer(() => rmSync(folder, { recursive: true }));
    await compileForMusl(LOOK_UP, musl);
    const [etcd, engine] = await Promise.all([startEtcd(), startDockerd()]);
    dockerd = engine;
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => dockerd.stop());
    door = openNetworkDoor(dockerd.enterNetwork);
    cleanup.defer(() => door.close());
    const many = Array.from({ length: MANY }, (_, n) => [`many/${n}`, { host: `10.1.0.${n}` }] as const);
    for (const [key, record] of [...Object.entries(RECORDS), ...many])
      await putKey(etcd, `${PATH}/${key}`, JSON.stringify(record));
    const knot = await startKnot({ domain: '.', zoneText: OUTSIDE, network: door });
    cleanup.defer(() => knot.stop());
    const nameServer = `${knot.address.host}:${knot.address.port}`;
    await door.letIn(etcd.port);
    const dnsServer = await startAgent({
      name: 'dns-server',
      main: mainOf('dns-server'),
      args: ['-addr', `${GATEWAY}:53`, '-domain', ZONE, '-machines', etcd.url, '-nameservers', nameServer],
      network: door,
    });
    cleanup.defer(() => dnsServer.kill());
    const image = await importSampleImage(dockerd.socketPath, 'wharf-resolvers:1', [GETENT, musl]);
    await dockerd.docker('network', 'create', 'own');
    const run = (name: string, ...options: readonly string[]) => {
      const resolver = ['--dns', GATEWAY, '--dns-search', ZONE];
      return dockerd.docker('run', '--detach', '--name', name, ...resolver, ...options, image, 'sleep', '100000');
    };
    await Promise.all([
      dnsServer.ready(),
      run('on-bridge'),
      run('on-own', '--network', 'own'),
      run('musl-on-bridge', ...SEARCH_FIRST),
      run('musl-on-own', '--network', 'own', ...SEARCH_FIRST),
    ]);
  });

  afterAll(() => cleanup.disposeAsync());

  // In a network of its own a container asks Docker's resolver, which asks the dns-server.
  describe.each(['on-bridge', 'on-own'])('%s', (container) => {
    const inside = (...command: readonly string[]): Promise<string> => dockerd.docker('exec', container, ...command);

    /** The addresses that getaddrinfo gives, sorted, without regard to which families the container itself has. */
    const addresses = async (name: string, family = ''): Promise<readonly string[]> => {
      const lines = (await inside(GETENT, '--no-addrconfig', `ahosts${family}`, name)).split('\n');
      return [...new Set(lines.map((line) => line.split(/\s+/)[0] ?? ''))].toSorted();
    };

    it.each(LOOKUPS)('finds $what', async ({ name, expected }) => {
      expect(await addresses(name)).toEqual(expected);
    });

    it('each family alone', async () => {
      expect(await addresses('web', 'v4')).toEqual(['10.0.0.1', '10.0.0.2']);
      expect(await addresses('six', 'v6')).toEqual(['2001:db8::6']);
      expect(await inside(GETENT, 'hosts', 'six')).toMatch(/^2001:db8::6\s+six\.example\.local$/);
    });

    it('the canonical name behind an alias', async () => {
      expect(await inside(GETENT, 'ahostsv4', 'alias')).toMatch(/^10\.0\.0\.4\s+STREAM four\.example\.local$/m);
    });

    it('more addresses than a datagram holds', async () => {
      expect(await addresses('many')).toHaveLength(MANY);
    });

    it('replicas take turns to be the first', async () => {
      const script = `for i in $(seq 40); do ${GETENT} ahostsv4 web | head -n 1; done`;
      const firsts = (await inside('sh', '-c', script)).split('\n').map((line) => line.split(/\s+/)[0] ?? '');
      expect([...new Set(firsts)].toSorted()).toEqual(['10.0.0.1', '10.0.0.2']);
    });

    it.each(['nobody', `nobody.${ZONE}`, 'nobody.example.org'])('%s is said to be no name', async (name) => {
      expect(await inside('sh', '-c', `${GETENT} ahosts ${name}; echo $?`)).toBe(NOT_FOUND);
    });
  });

  describe.each(['musl-on-bridge', 'musl-on-own'])('%s', (container) => {
    const addresses = async (name: string): Promise<readonly string[]> =>
      (await dockerd.docker('exec', container, musl, name)).split('\n').toSorted();

    it.each(LOOKUPS)('finds $what', async ({ name, expected }) => {
      expect(await addresses(name)).toEqual(expected);
    });

    it('has some of more addresses than a datagram holds', async () => {
      const found = await addresses('many');
      expect(found.length).toBeGreaterThan(20);
      expect(found.filter((address) => !/^10\.1\.0\.\d+$/.test(address))).toEqual([]);
    });
  });
});

import {
  type Dockerd,
  importSampleImage,
  type NetworkDoor,
  openNetworkDoor,
  startAgent,
  startDockerd,
  startEtcd,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainOf } from './cluster.ts';
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
  alias: { host: `four.${ZONE}` },
};

const GETENT = '/usr/bin/getent';
/** getent(1): "One or more supplied key could not be found in the database." */
const NOT_FOUND = '2';

/** More addresses than a datagram holds, with EDNS too. */
const MANY = 120;

/** glibc's resolver of this machine in a container, as the units of old set it up: `docker run --dns <host> --dns-search <zone>`. */
describe('a container whose name server is the built dns-server', { timeout: 60_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let dockerd: Dockerd;
  let door: NetworkDoor;

  beforeAll(async () => {
    const [etcd, engine] = await Promise.all([startEtcd(), startDockerd()]);
    dockerd = engine;
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => dockerd.stop());
    door = openNetworkDoor(dockerd.enterNetwork);
    cleanup.defer(() => door.close());
    const many = Array.from({ length: MANY }, (_, n) => [`many/${n}`, { host: `10.1.0.${n}` }] as const);
    for (const [key, record] of [...Object.entries(RECORDS), ...many])
      await putKey(etcd, `${PATH}/${key}`, JSON.stringify(record));
    await door.letIn(etcd.port);
    const dnsServer = await startAgent({
      name: 'dns-server',
      main: mainOf('dns-server'),
      args: ['-no-rec', '-addr', `${GATEWAY}:53`, '-domain', ZONE, '-machines', etcd.url],
      network: door,
    });
    cleanup.defer(() => dnsServer.kill());
    const image = await importSampleImage(dockerd.socketPath, 'wharf-getent:1', [GETENT]);
    await dockerd.docker('network', 'create', 'own');
    const run = (name: string, ...options: readonly string[]) => {
      const resolver = ['--dns', GATEWAY, '--dns-search', ZONE];
      return dockerd.docker('run', '--detach', '--name', name, ...resolver, ...options, image, 'sleep', '100000');
    };
    await Promise.all([dnsServer.ready(), run('on-bridge'), run('on-own', '--network', 'own')]);
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

    it.each([
      ['a bare name, in the search domain', 'web', ['10.0.0.1', '10.0.0.2', '2001:db8::3']],
      ['a whole name', `web.${ZONE}`, ['10.0.0.1', '10.0.0.2', '2001:db8::3']],
      ['a name that is absolute', `web.${ZONE}.`, ['10.0.0.1', '10.0.0.2', '2001:db8::3']],
      ['an alias', 'alias', ['10.0.0.4']],
      ['a name with IPv4 alone', 'four', ['10.0.0.4']],
      ['a name with IPv6 alone', 'six', ['2001:db8::6']],
      ['one replica', '2.web', ['10.0.0.2']],
      ['the server itself', `local.dns.${ZONE}`, [GATEWAY]],
    ])('%s', async (_what, name, expected) => {
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

    it('no such name is said to be none, and not to be tried again', async () => {
      expect(await inside('sh', '-c', `${GETENT} ahosts nobody; echo $?`)).toBe(NOT_FOUND);
    });
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type Dockerd,
  type EtcdServer,
  eventually,
  importSampleImage,
  queryDns,
  startDockerd,
  startEtcd,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOMAIN, HOST_IP } from './cluster.ts';
import { launchDnsServer } from './dns-probe.ts';
import { runService, startReadyRegistrar } from './registrar-run.ts';

const run = promisify(execFile);

/** A browser of DNS-SD that knows nothing but the domain: it asks as RFC 6763 says, and again with what it was told. */
describe('registrar -dns-sd and dns-server, browsed', { timeout: 120_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let dockerd: Dockerd;
  let image: string;
  let port: number;

  beforeAll(async () => {
    [etcd, dockerd] = await Promise.all([startEtcd(), startDockerd()]);
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => dockerd.stop());
    image = await importSampleImage(dockerd.socketPath);
    const dnsServer = await launchDnsServer(cleanup, etcd);
    port = dnsServer.port;
    await startReadyRegistrar(cleanup, {
      store: etcd.endpoint,
      dockerHost: `unix://${dockerd.socketPath}`,
      args: ['-dns-sd'],
    });
    await dnsServer.agent.ready();
    await runService(dockerd, image, 'web', '--label', 'SERVICE_TAGS=blue,new', '--label', 'SERVICE_NOTE=two words');
    await runService(dockerd, image, 'shop', '--label', 'SERVICE_ID=Shop 2.0 \u00fcber/all');
    await eventually('both services in DNS', async () => {
      if ((await types()).length < 2) throw new Error('not yet');
    });
  });

  afterAll(() => cleanup.disposeAsync());

  const ask = (name: string, type: string) => queryDns({ port, name, type });

  /** What the PTR records of a name point to, without the dot at the end. */
  const pointers = async (name: string): Promise<readonly string[]> =>
    (await ask(name, 'PTR')).texts.map((text) => text.split(' IN PTR ')[1]?.slice(0, -1) ?? '').toSorted();

  const types = (): Promise<readonly string[]> => pointers(`_services._dns-sd._udp.${DOMAIN}`);

  /** dig's lines, whose escapes tell a dot inside a label from one between two. */
  const dig = async (name: string, type: string): Promise<readonly string[]> => {
    const question = ['@127.0.0.1', '-p', String(port), '+noall', '+answer', '+additional', name, type];
    return (await run('dig', question)).stdout.split('\n').filter((line) => line !== '');
  };

  it('from the domain to the services, their instances, and where these are', async () => {
    expect(await pointers(`lb._dns-sd._udp.${DOMAIN}`)).toEqual([DOMAIN]);
    expect(await types()).toEqual([`_shop._tcp.${DOMAIN}`, `_web._tcp.${DOMAIN}`]);
    const [instance = ''] = await pointers(`_web._tcp.${DOMAIN}`);
    expect(instance).toBe(`node-1:web:80._web._tcp.${DOMAIN}`);
    const srv = await ask(instance, 'SRV');
    const published = (await dockerd.docker('port', 'web', '80')).split('\n')[0]?.split(':').at(-1) ?? '';
    expect(srv.texts).toEqual([expect.stringMatching(new RegExp(` IN SRV 10 100 ${published} ${instance}\\.$`))]);
    expect(srv.additionals).toEqual([expect.stringMatching(new RegExp(` IN A ${HOST_IP}$`))]);
    const txt = await ask(instance, 'TXT');
    expect(txt.texts).toEqual([expect.stringMatching(/ IN TXT "note=two words" "tags=blue,new"$/)]);
  });

  it('dig sees one label in an ID with blanks, dots, umlauts and slashes, and all of it in one reply', async () => {
    const lines = await dig(`_shop._tcp.${DOMAIN}`, 'PTR');
    const label = String.raw`Shop\0322\.0\032\195\188ber%2fall`;
    expect(lines[0]?.split(/\s+/).at(-1)).toBe(`${label}._shop._tcp.${DOMAIN}.`);
    expect(lines.map((line) => line.split(/\s+/)[3])).toEqual(['PTR', 'SRV', 'TXT', 'A']);
    const [txt = ''] = await dig(`${label}._shop._tcp.${DOMAIN}`, 'TXT');
    expect(txt).toMatch(/\sTXT\s""$/);
  });

  it('a service that ends is no longer found, and its type neither', async () => {
    await dockerd.docker('kill', 'shop');
    await eventually('the end of the service', async () => expect(await types()).toEqual([`_web._tcp.${DOMAIN}`]));
    expect((await ask(`_shop._tcp.${DOMAIN}`, 'PTR')).rcode).toBe('NXDOMAIN');
  });
});

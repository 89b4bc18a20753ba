import {
  type Dockerd,
  eventually,
  importSampleImage,
  openNetworkDoor,
  startAgent,
  startDockerd,
  startEtcd,
  startNamespaces,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOST_IP, mainOf } from './cluster.ts';
import { runService, startReadyRegistrar } from './registrar-run.ts';
import { type Avahi, startAvahi } from './start-avahi.ts';

/** Not below `local`, which Avahi asks for by multicast alone (RFC 6762, section 3). */
const DOMAIN = 'staging.example.test';

describe('registrar -dns-sd and dns-server, browsed by Avahi', { timeout: 60_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let dockerd: Dockerd;
  let avahi: Avahi;

  beforeAll(async () => {
    const [etcd, engine, namespaces] = await Promise.all([startEtcd(), startDockerd(), startNamespaces()]);
    dockerd = engine;
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => dockerd.stop());
    cleanup.defer(() => namespaces.end());
    const door = openNetworkDoor(namespaces.enterNetwork);
    cleanup.defer(() => door.close());
    await door.letIn(etcd.port);
    const dnsServer = await startAgent({
      name: 'dns-server',
      main: mainOf('dns-server'),
      args: ['-no-rec', '-addr', '127.0.0.1:53', '-domain', DOMAIN, '-machines', etcd.url],
      network: door,
    });
    cleanup.defer(() => dnsServer.kill());
    const dockerHost = `unix://${dockerd.socketPath}`;
    const image = await importSampleImage(dockerd.socketPath);
    await startReadyRegistrar(cleanup, { store: etcd.endpoint, domain: DOMAIN, dockerHost, args: ['-dns-sd'] });
    await dnsServer.ready();
    await runService(dockerd, image, 'web', '--label', 'SERVICE_TAGS=blue,new', '--label', 'SERVICE_NOTE=two words');
    await runService(dockerd, image, 'shop', '--label', 'SERVICE_ID=Shop 2.0 \u00fcber all');
    avahi = await startAvahi(cleanup, namespaces);
  });

  afterAll(() => cleanup.disposeAsync());

  const publishedPort = async (container: string): Promise<number> =>
    Number((await dockerd.docker('port', container, '80')).split('\n')[0]?.split(':').at(-1));

  it('finds every service, with its name in whole, and where it is', async () => {
    const expected = [
      {
        instance: 'node-1:web:80',
        type: '_web._tcp',
        address: HOST_IP,
        port: await publishedPort('web'),
        texts: ['note=two words', 'tags=blue,new'],
      },
      {
        instance: 'Shop 2.0 \u00fcber all',
        type: '_shop._tcp',
        address: HOST_IP,
        port: await publishedPort('shop'),
        texts: [],
      },
    ];
    await eventually('both services', async () => expect(await avahi.browse(DOMAIN)).toEqual(expected));
  });

  it('is told to browse the domain itself', async () => {
    await eventually('the domain', async () => expect(await avahi.domains(DOMAIN)).toEqual([DOMAIN]));
  });
});

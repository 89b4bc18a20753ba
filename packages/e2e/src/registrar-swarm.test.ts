import { type Dockerd, type EtcdServer, eventually, importSampleImage, startDockerd, startEtcd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOST_IP } from './cluster.ts';
import { recordKey } from './expected-records.ts';
import { startReadyRegistrar } from './registrar-run.ts';
import { readRecords } from './stored-keys.ts';

const BY_SERVICE = ['-name-label', 'com.docker.swarm.service.name'];

describe('the registrar on a node of a swarm', () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let dockerd: Dockerd;

  beforeAll(async () => {
    [etcd, dockerd] = await Promise.all([startEtcd(), startDockerd()]);
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => dockerd.stop());
    const image = await importSampleImage(dockerd.socketPath);
    await dockerd.docker('swarm', 'init', '--advertise-addr', '127.0.0.1');
    await dockerd.docker('network', 'create', '--driver', 'overlay', 'back');
    const publishing = ['--publish', 'mode=host,published=8088,target=80', '--publish', 'published=8099,target=81'];
    const service = ['--name', 'shop', '--no-resolve-image', '--network', 'back', ...publishing];
    await dockerd.docker('service', 'create', '--detach', ...service, image, 'sleep', '100000');
  });

  afterAll(() => cleanup.disposeAsync());

  const task = async (): Promise<string> => {
    const name = await dockerd.docker(
      'ps',
      '--filter',
      'label=com.docker.swarm.service.name=shop',
      '--format',
      '{{.Names}}',
    );
    return name.trim();
  };

  /** Waits until there is a task, and the store holds `record` of it and nothing else; resolves to both. */
  const untilRecord = async (record: (task: string) => Promise<string>): Promise<readonly [unknown, unknown]> => {
    let seen: readonly [unknown, unknown] = [undefined, undefined];
    await eventually(
      'the record of the task',
      async () => {
        const name = await task();
        expect(name).not.toBe('');
        const stored = Object.entries(await readRecords(etcd)).map(([key, { value }]) => [key, value]);
        seen = [stored, [[recordKey('shop', `node-1:${name}:80`), await record(name)]]];
        expect(seen[0]).toEqual(seen[1]);
      },
      { timeoutMs: 60_000 },
    );
    return seen;
  };

  const published = async (): Promise<string> => JSON.stringify({ host: HOST_IP, port: 8088, ttl: 40 });

  it('announces the ports that a task publishes in host mode, under the name of its service', async () => {
    const registrar = await startReadyRegistrar(cleanup, {
      store: etcd.endpoint,
      dockerHost: `unix://${dockerd.socketPath}`,
      args: [...BY_SERVICE, '-on-stop', 'remove'],
    });
    const [stored, wanted] = await untilRecord(published);
    expect(stored).toEqual(wanted);
    await registrar.stop();
  });

  it("announces a task's address on its own overlay with -internal, never the one on the ingress network", async () => {
    const registrar = await startReadyRegistrar(cleanup, {
      store: etcd.endpoint,
      dockerHost: `unix://${dockerd.socketPath}`,
      args: [...BY_SERVICE, '-internal', '-on-stop', 'remove'],
    });
    const [stored, wanted] = await untilRecord(async (name) => {
      const format = '{{with index .NetworkSettings.Networks "back"}}{{.IPAddress}}{{end}}';
      const address = (await dockerd.docker('inspect', '--format', format, name)).trim();
      return JSON.stringify({ host: address, port: 80, ttl: 40 });
    });
    expect(stored).toEqual(wanted);
    await registrar.stop();
  });

  it('follows a service to no tasks and back', async () => {
    await startReadyRegistrar(cleanup, {
      store: etcd.endpoint,
      dockerHost: `unix://${dockerd.socketPath}`,
      args: BY_SERVICE,
    });
    await dockerd.docker('service', 'scale', '--detach', 'shop=0');
    await eventually('no records', async () => expect(await readRecords(etcd)).toEqual({}), { timeoutMs: 60_000 });
    await dockerd.docker('service', 'scale', '--detach', 'shop=1');
    const [stored, wanted] = await untilRecord(published);
    expect(stored).toEqual(wanted);
  });
});

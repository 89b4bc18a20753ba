import { fileURLToPath } from 'node:url';
import {
  type AgentProcess,
  type Dockerd,
  type EtcdServer,
  eventually,
  freePort,
  importSampleImage,
  queryDns,
  startAgent,
  startDockerd,
  startEtcd,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const DOMAIN = 'staging.example.local';
const BELOW = '/skydns/local/example/staging';
const OLD_HOST = '10.0.0.21';
const NEW_HOST = '10.0.0.22';

const mainOf = (app: string): string => fileURLToPath(new URL(`../../../../apps/${app}/dist/main.js`, import.meta.url));

/**
 * The old three are not to be had here. What they write is written in their place by etcdctl, as `Registries` and "Facts
 * about the parts underneath" of their documents have it: the key, the value `{"host","port"}`, with a lease or without.
 */
describe('one etcd, hosts with the old three and hosts with the new', { timeout: 120_000 }, () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let dockerd: Dockerd;
  let image: string;
  let registrar: AgentProcess;
  let dnsPort: number;

  beforeAll(async () => {
    [etcd, dockerd, dnsPort] = await Promise.all([startEtcd({ args: ['--enable-v2'] }), startDockerd(), freePort()]);
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => dockerd.stop());
    image = await importSampleImage(dockerd.socketPath);
    registrar = await startRegistrar();
    const dnsServer = await startAgent({
      name: 'dns-server',
      main: mainOf('dns-server'),
      args: ['-addr', `127.0.0.1:${dnsPort}`, '-domain', DOMAIN, '-machines', etcd.url, '-no-rec'],
    });
    cleanup.defer(() => dnsServer.stop());
    await Promise.all([registrar.ready(), dnsServer.ready()]);
  });

  afterAll(() => cleanup.disposeAsync());

  const startRegistrar = async (...more: readonly string[]): Promise<AgentProcess> => {
    const lease = ['-ttl', '40', '-ttl-refresh', '30', '-resync', '1'];
    const started = await startAgent({
      name: 'registrar',
      main: mainOf('registrar'),
      args: ['-host', 'new', '-ip', NEW_HOST, ...lease, ...more, `skydns2://${etcd.endpoint}/${DOMAIN}`],
      env: { DOCKER_HOST: `unix://${dockerd.socketPath}` },
    });
    cleanup.defer(() => started.stop());
    return started;
  };
  const ask = async (name: string, type = 'A'): Promise<readonly string[]> =>
    (await queryDns({ port: dnsPort, name: `${name}.${DOMAIN}`, type })).texts.toSorted();
  const addresses = async (name: string): Promise<readonly string[]> =>
    (await ask(name)).map((text) => text.split(' ').at(-1) ?? '');
  const value = async (key: string): Promise<string> => (await etcd.etcdctl('get', '--print-value-only', key)).trim();
  const runContainer = (name: string, ...options: readonly string[]): Promise<string> =>
    dockerd.docker('run', '--detach', '--stop-signal', 'KILL', '--name', name, ...options, image, 'sleep', '100000');
  const grant = async (seconds: number): Promise<string> =>
    /lease (\w+) granted/.exec(await etcd.etcdctl('lease', 'grant', String(seconds)))?.[1] ?? '';

  it('answers from what an old registrator writes, with the lease for a TTL, and with both hosts for one name', async () => {
    await runContainer('web', '--publish', '80', '--env', 'SERVICE_NAME=web');
    await etcd.etcdctl(
      'put',
      `--lease=${await grant(40)}`,
      `${BELOW}/web/old:web:80`,
      `{"host":"${OLD_HOST}","port":8080}`,
    );
    await etcd.etcdctl('put', `${BELOW}/db/old:db:5432`, `{"host":"${OLD_HOST}","port":5432}`);
    await eventually('both hosts', async () => {
      expect((await addresses('web')).toSorted()).toEqual([OLD_HOST, NEW_HOST]);
      expect(await addresses('db')).toEqual([OLD_HOST]);
    });
    const [web = ''] = await ask('web');
    expect(Number(web.split(' ')[1])).toBeLessThanOrEqual(40);
    expect(await ask('db')).toEqual([`db.${DOMAIN}. 3600 IN A ${OLD_HOST}`]);
    expect((await ask('web', 'SRV')).some((text) => / 8080 old:web:80\./.test(text))).toBe(true);
  });

  it('writes for old readers the fields that they know, always with a ttl, and below /skydns nothing else', async () => {
    const stored = JSON.parse(await value(`${BELOW}/web/new:web:80`));
    expect(stored).toEqual({ host: NEW_HOST, port: expect.any(Number), ttl: 40 });
    const keys = (await etcd.etcdctl('get', '--prefix', '--keys-only', '/')).split('\n').filter((key) => key !== '');
    const own = keys.filter((key) => key.includes('new'));
    expect(own).toEqual([`${BELOW}/web/new:web:80`, '/wharf/registrar/new']);
  });

  it('leaves a key of an old registrator on the same host alone, says so, and takes it when it lapses', async () => {
    const key = `${BELOW}/shop/new:shop:80`;
    const old = `{"host":"${OLD_HOST}","port":1}`;
    const lease = await grant(600);
    await etcd.etcdctl('put', `--lease=${lease}`, key, old);
    await runContainer('shop', '--publish', '80', '--env', 'SERVICE_NAME=shop');
    await eventually('a conflict', async () =>
      expect(JSON.stringify(await registrar.debug('conflicts'))).toContain(key),
    );
    expect(await value(key)).toBe(old);
    await etcd.etcdctl('lease', 'revoke', lease);
    await eventually('taken', async () => expect(await value(key)).toContain(NEW_HOST));
    await eventually('no conflict', async () => expect(await registrar.debug('conflicts')).toEqual([]));
  });

  it('waits for ever behind a key without a lease, until somebody removes it', async () => {
    const key = `${BELOW}/cart/new:cart:80`;
    await etcd.etcdctl('put', key, `{"host":"${OLD_HOST}","port":1}`);
    await runContainer('cart', '--publish', '80', '--env', 'SERVICE_NAME=cart');
    await eventually('a conflict', async () =>
      expect(JSON.stringify(await registrar.debug('conflicts'))).toContain(key),
    );
    await etcd.etcdctl('del', key);
    await eventually('taken', async () => expect(await value(key)).toContain(NEW_HOST));
  });

  it('writes again what somebody removes, at the next resync', async () => {
    const key = `${BELOW}/web/new:web:80`;
    await etcd.etcdctl('del', key);
    await eventually('back', async () => expect(await value(key)).toContain(NEW_HOST));
  });

  it('does not see, and is not seen by, an old registrator that writes to version 2', async () => {
    const key = `${BELOW}/web/new:web:80`;
    const path = `${etcd.url}/v2/keys${key}`;
    const body = new URLSearchParams({ value: `{"host":"${OLD_HOST}","port":1}`, ttl: '40' });
    expect((await fetch(path, { method: 'PUT', body })).ok).toBe(true);
    expect(await registrar.debug('conflicts')).toEqual([]);
    expect(await value(key)).toContain(NEW_HOST);
    expect((await fetch(path, { method: 'DELETE' })).ok).toBe(true);
    expect(await value(key)).toContain(NEW_HOST);
    expect((await fetch(`${etcd.url}/v2/keys/wharf`)).status).toBe(404);
  });

  it("takes all its records away, and nobody else's, when it is told to go", async () => {
    await registrar.stop();
    expect(await value(`${BELOW}/web/new:web:80`)).toContain(NEW_HOST);
    const leaving = await startRegistrar('-on-stop', 'remove');
    await leaving.ready();
    await leaving.stop();
    expect(await etcd.etcdctl('get', '--prefix', '--keys-only', '/wharf/')).toBe('');
    const left = await etcd.etcdctl('get', '--prefix', '--keys-only', '/skydns/');
    expect(left.split('\n').filter((key) => key !== '')).toEqual([
      `${BELOW}/db/old:db:5432`,
      `${BELOW}/web/old:web:80`,
    ]);
  });
});

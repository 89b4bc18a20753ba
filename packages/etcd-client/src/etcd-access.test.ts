import { silentLogger, systemClock } from '@wharf/agent';
import {
  type Certificates,
  createCertificates,
  type EtcdServer,
  eventually,
  freePort,
  startEtcd,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEtcdKeyStore, type EtcdKeyStoreOptions } from './etcd-key-store.ts';
import { followPrefix } from './follow-prefix.ts';
import { createCollectingSink } from './testing/collecting-sink.ts';
import { recordWatch } from './testing/record-watch.ts';
import { putOne, withStore } from './testing/with-store.ts';

describe('createEtcdKeyStore', () => {
  it.each([
    { options: { endpoints: ['ftp://a'] }, message: /ftp:\/\/ is not/ },
    { options: { endpoints: ['http://a'], tls: { ca: Buffer.from('') } }, message: /http:\/\/a:2379 is not https/ },
    { options: { endpoints: ['https://a'], tls: { cert: Buffer.from('') } }, message: /must be given together/ },
    { options: { endpoints: ['http://a'], username: 'root' }, message: /password must be given together/ },
  ])('refuses $options', ({ options, message }) => {
    expect(() => createEtcdKeyStore({ log: silentLogger, ...options })).toThrow(message);
  });

  it('names the endpoint, the call and what to do when nobody listens', async () => {
    const port = await freePort();
    const failing = withStore({ endpoints: [`127.0.0.1:${port}`] }, (store) => store.get('/a'));
    await expect(failing).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(
        new RegExp(`^etcd http://127\\.0\\.0\\.1:${port}: get /a: .*ECONNREFUSED.*: check that etcd runs`),
      ) as string,
    });
  });
});

describe('with authentication', () => {
  let etcd: EtcdServer;

  beforeAll(async () => {
    etcd = await startEtcd({ args: ['--bcrypt-cost=4'] });
    await etcd.etcdctl('user', 'add', 'root:secret');
    await etcd.etcdctl('role', 'add', 'root');
    await etcd.etcdctl('user', 'grant-role', 'root', 'root');
    await etcd.etcdctl('role', 'add', 'agent');
    await etcd.etcdctl('role', 'grant-permission', 'agent', '--prefix=true', 'readwrite', '/mine/');
    await etcd.etcdctl('user', 'add', 'agent:hidden');
    await etcd.etcdctl('user', 'grant-role', 'agent', 'agent');
    await etcd.etcdctl('auth', 'enable');
  });
  afterAll(() => etcd.stop());

  const agent = (): Partial<EtcdKeyStoreOptions> => ({
    endpoints: [etcd.url],
    username: 'agent',
    password: 'hidden',
  });

  it.each([
    { what: 'no user', credentials: {} },
    { what: 'a wrong password', credentials: { username: 'agent', password: 'guessed' } },
    { what: 'an unknown user', credentials: { username: 'nobody', password: 'hidden' } },
  ])('refuses $what as unauthorized, and does not repeat the password', async ({ credentials }) => {
    const failing = withStore({ endpoints: [etcd.url], ...credentials }, (store) => store.get('/mine/a'));
    await expect(failing).rejects.toMatchObject({
      code: 'unauthorized',
      message: expect.not.stringMatching(/guessed|hidden/) as string,
    });
  });

  it('refuses what the role does not allow, watches too', async () => {
    await withStore(agent(), async (store) => {
      await expect(store.get('/theirs/a')).rejects.toMatchObject({ code: 'unauthorized' });
      const watch = recordWatch(store, '/theirs/', 0);
      await eventually('the watch is refused', () => expect(watch.ends.length).toBe(1));
      expect(watch.ends[0]).toMatchObject({ reason: 'disconnected', error: { code: 'unauthorized' } });
    });
  });

  it('goes on watching, writing and renewing after etcd was restarted and forgot its tokens', async () => {
    await withStore(agent(), async (store) => {
      const sink = createCollectingSink();
      const follower = followPrefix(store, '/mine/', sink, {
        clock: systemClock,
        log: silentLogger,
        random: Math.random,
        backoff: { baseMs: 10, capMs: 100 },
      });
      await eventually('it follows', () => expect(follower.status().state).toBe('following'));
      const { id } = await store.grantLease(60);
      await putOne(store, '/mine/a', '1');
      await eventually('the first change arrives', () => expect(sink.held).toEqual({ '/mine/a': '1' }));
      await etcd.restart();
      await eventually('it is written again', () => putOne(store, '/mine/a', '2'));
      await eventually('the second change arrives', () => expect(sink.held).toEqual({ '/mine/a': '2' }));
      expect(await store.renewLease(id)).toBe(60);
      expect(sink.words.filter((word) => word === 'begin').length).toBe(1);
      follower.stop();
    });
  });
});

describe('with TLS', () => {
  let certificates: Certificates;
  let etcd: EtcdServer;
  let ca: Buffer;

  beforeAll(async () => {
    certificates = await createCertificates();
    ca = Buffer.from(certificates.server.ca);
    etcd = await startEtcd({ tls: certificates.server });
  });
  afterAll(async () => {
    await etcd.stop();
    certificates.remove();
  });

  it('works with the authority that signed the certificate', async () => {
    await withStore({ endpoints: [etcd.url], tls: { ca } }, async (store) => {
      expect((await putOne(store, '/tls')).applied).toBe(true);
    });
  });

  it('goes on with other calls when a watch is closed', async () => {
    await withStore({ endpoints: [etcd.url], tls: { ca } }, async (store) => {
      const { id } = await store.grantLease(60);
      const watch = recordWatch(store, '/tls/', 0);
      await eventually('the watch is open', () => expect(watch.opened).toBe(1));
      watch.stream.close();
      await store.revokeLease(id);
      expect(await store.inspectLease(id)).toBeUndefined();
    });
  });

  it('says what is wrong when the certificate is signed by somebody else', async () => {
    const failing = withStore({ endpoints: [etcd.url] }, (store) => store.get('/tls'));
    await expect(failing).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/certificate/) as string,
    });
  });

  it('says of an attempt without TLS that this may be why', async () => {
    const failing = withStore({ endpoints: [etcd.url.replace('https:', 'http:')] }, (store) => store.get('/tls'));
    await expect(failing).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/ Failed to connect: .*; an etcd that wants TLS looks the same$/) as string,
    });
  });
});

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { silentLogger, systemClock } from '@wharf/agent';
import { type EtcdServer, eventually, freePort, startEtcd, startFaultyProxy } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEtcdKeyStore, type EtcdKeyStoreOptions } from './etcd-key-store.ts';
import { followPrefix } from './follow-prefix.ts';
import type { KeyStore } from './key-store.ts';
import { createCollectingSink } from './testing/collecting-sink.ts';
import { pages } from './testing/key-store-suite.ts';
import { recordWatch } from './testing/record-watch.ts';

const run = promisify(execFile);

/** Opens a store for one test. */
async function withStore<T>(options: Partial<EtcdKeyStoreOptions>, use: (store: KeyStore) => Promise<T>): Promise<T> {
  const store = createEtcdKeyStore({ endpoints: [], log: silentLogger, random: () => 0, ...options });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const put = (store: KeyStore, key: string, value = '') =>
  store.transact({ guards: [], operations: [{ type: 'put', key, value }] });

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

describe('several endpoints', () => {
  let etcd: EtcdServer;

  beforeAll(async () => {
    etcd = await startEtcd();
  });
  afterAll(() => etcd.stop());

  it('uses the one that lives, for reads, writes, leases and watches', async () => {
    const dead = await freePort();
    await withStore({ endpoints: [`127.0.0.1:${dead}`, etcd.url] }, async (store) => {
      expect((await put(store, '/several/a')).applied).toBe(true);
      expect(await store.get('/several/a')).toBeDefined();
      const watch = recordWatch(store, '/several/', 0);
      await eventually('the watch is open', () => expect(watch.opened).toBe(1));
      watch.stream.close();
      const { id } = await store.grantLease(60);
      expect(await store.renewLease(id)).toBe(60);
    });
  });

  it('goes on to the next for a read that is not answered; a write fails, since it might be applied twice', async () => {
    const silent = await startFaultyProxy({ port: etcd.port });
    silent.stall();
    const options = { endpoints: [`127.0.0.1:${silent.port}`, etcd.url], callDeadlineMs: 300 };
    expect((await withStore(options, (store) => pages(store, '/none/')))[0]?.entries).toEqual([]);
    await withStore(options, async (store) => {
      await expect(put(store, '/several/b')).rejects.toMatchObject({
        code: 'unavailable',
        message: expect.stringContaining('no answer within 300 ms') as string,
      });
      expect((await put(store, '/several/b')).applied).toBe(true);
    });
    await silent.close();
  });
});

describe('with authentication', () => {
  let etcd: EtcdServer;

  beforeAll(async () => {
    etcd = await startEtcd({ args: ['--bcrypt-cost=4'] });
    await etcd.etcdctl('user', 'add', 'root:secret');
    await etcd.etcdctl('user', 'grant-role', 'root', 'root').catch(async () => {
      await etcd.etcdctl('role', 'add', 'root');
      await etcd.etcdctl('user', 'grant-role', 'root', 'root');
    });
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
      await put(store, '/mine/a', '1');
      await eventually('the first change arrives', () => expect(sink.held).toEqual({ '/mine/a': '1' }));
      await etcd.restart();
      await eventually('it is written again', () => put(store, '/mine/a', '2'));
      await eventually('the second change arrives', () => expect(sink.held).toEqual({ '/mine/a': '2' }));
      expect(await store.renewLease(id)).toBe(60);
      expect(sink.words.filter((word) => word === 'begin').length).toBe(1);
      follower.stop();
    });
  });
});

describe('with TLS', () => {
  let directory: string;
  let etcd: EtcdServer;
  let ca: Buffer;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'wharf-tls-'));
    const at = (name: string) => join(directory, name);
    const subject = [
      '-subj',
      '/CN=localhost',
      '-days',
      '2',
      '-nodes',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:P-256',
    ];
    await run('openssl', ['req', '-x509', ...subject, '-keyout', at('ca.key'), '-out', at('ca.pem')]);
    await writeFile(at('san'), 'subjectAltName=IP:127.0.0.1');
    await run('openssl', [
      'req',
      '-new',
      ...subject.filter((word) => word !== '-days' && word !== '2'),
      '-keyout',
      at('key'),
      '-out',
      at('csr'),
    ]);
    const signing = [
      '-CA',
      at('ca.pem'),
      '-CAkey',
      at('ca.key'),
      '-CAcreateserial',
      '-days',
      '2',
      '-extfile',
      at('san'),
    ];
    await run('openssl', ['x509', '-req', '-in', at('csr'), ...signing, '-out', at('pem')]);
    ca = await readFile(at('ca.pem'));
    etcd = await startEtcd({ tls: { caFile: at('ca.pem'), certFile: at('pem'), keyFile: at('key') } });
  });
  afterAll(async () => {
    await etcd.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('works with the authority that signed the certificate', async () => {
    await withStore({ endpoints: [etcd.url], tls: { ca } }, async (store) => {
      expect((await put(store, '/tls')).applied).toBe(true);
    });
  });

  it('says what is wrong when the certificate is signed by somebody else', async () => {
    const failing = withStore({ endpoints: [etcd.url] }, (store) => store.get('/tls'));
    await expect(failing).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/certificate/) as string,
    });
  });
});

describe('close', () => {
  const script = (url: string): string => `
    import { silentLogger, systemClock } from '@wharf/agent';
    import { createEtcdKeyStore, followPrefix, keepLease } from '@wharf/etcd-client';
    const store = createEtcdKeyStore({ endpoints: ['${url}'], log: silentLogger });
    const common = { clock: systemClock, log: silentLogger, random: Math.random };
    const snapshot = { add() {}, commit() {}, abort() {} };
    const sink = { beginSnapshot: () => snapshot, applyChanges() {} };
    followPrefix(store, '/a/', sink, common);
    const keeper = keepLease(store, { ...common, ttlSeconds: 600, onHeld() {}, onLost() {} });
    const pending = store.get('/a').then(() => 'answered', (error) => error.code);
    if (process.argv[1] === 'answered') await pending;
    await Promise.all([keeper.stop({ revoke: false }), store.close()]);
    process.stdout.write(await pending);
  `;
  const runToItsEnd = async (url: string, when: string) => {
    const args = ['--conditions=source', '--input-type=module', '--eval', script(url), when];
    return (await run(process.execPath, args, { cwd: import.meta.dirname, timeout: 20_000 })).stdout;
  };

  it('keeps no process alive, with a watch and a lease on a real etcd', async () => {
    const etcd = await startEtcd();
    expect(await runToItsEnd(etcd.url, 'answered')).toBe('answered');
    await etcd.stop();
  });

  it('keeps no process alive, with calls under way to an etcd that is silent', async () => {
    const etcd = await startEtcd();
    etcd.pause();
    expect(await runToItsEnd(etcd.url, 'at once')).toBe('closed');
    await etcd.stop();
  });

  it('keeps no process alive where nobody listens', async () => {
    const port = await freePort();
    expect(await runToItsEnd(`http://127.0.0.1:${port}`, 'answered')).toBe('unavailable');
  });
});

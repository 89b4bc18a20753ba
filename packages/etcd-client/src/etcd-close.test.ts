import { execFile } from 'node:child_process';
import { setImmediate as everyCallIsOnItsWay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort, startEtcd, startFaultyProxy } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { putOne, withStore } from './testing/with-store.ts';

const run = promisify(execFile);

describe('close', () => {
  const script = (url: string): string => `
    import { silentLogger, systemClock } from '@wharf/agent';
    import { createEtcdKeyStore, followPrefix, keepLease } from '@wharf/etcd-client';
    const store = createEtcdKeyStore({ endpoints: ['${url}'], callDeadlineMs: 3_600_000, log: silentLogger });
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

  it('fails calls under way at once, also where the connection stands and is silent', async () => {
    const etcd = await startEtcd();
    const link = await startFaultyProxy({ port: etcd.port });
    await withStore({ endpoints: [`127.0.0.1:${link.port}`], callDeadlineMs: 3_600_000 }, async (store) => {
      await store.get('/a');
      link.stall();
      const calls = [store.get('/a'), store.renewLease('1'), putOne(store, '/a')];
      const ended = Promise.allSettled(calls);
      await everyCallIsOnItsWay();
      await store.close();
      const cancelled = { message: expect.stringContaining('CANCELLED') as string };
      const expected = calls.map(() => ({ status: 'rejected', reason: { code: 'closed', cause: cancelled } }));
      expect(await ended).toMatchObject(expected);
    });
    await link.close();
    await etcd.stop();
  });

  it('keeps no process alive where nobody listens', async () => {
    const port = await freePort();
    expect(await runToItsEnd(`http://127.0.0.1:${port}`, 'answered')).toBe('unavailable');
  });
});

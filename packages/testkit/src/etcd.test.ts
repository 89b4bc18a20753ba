import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EtcdServer, startEtcd, startEtcdCluster } from './etcd.ts';
import { eventually } from './eventually.ts';

describe('startEtcd', () => {
  let etcd: EtcdServer;

  beforeAll(async () => {
    etcd = await startEtcd();
  });

  afterAll(() => etcd.stop());

  const value = async (key: string) => (await etcd.etcdctl('get', '--print-value-only', key)).trim();

  it('keeps its data when killed and started again', async () => {
    await etcd.etcdctl('put', 'a', '1');
    await etcd.kill();
    await etcd.restart();
    expect(await value('a')).toBe('1');
  });

  it('answers nothing while paused and goes on when resumed', async () => {
    await etcd.etcdctl('put', 'b', '2');
    etcd.pause();
    await expect(etcd.etcdctl('--command-timeout=300ms', '--dial-timeout=300ms', 'get', 'b')).rejects.toThrow(
      /deadline exceeded/,
    );
    etcd.resume();
    expect(await value('b')).toBe('2');
  });

  it('forgets the revisions before a compaction', async () => {
    for (const written of ['3', '4', '5']) await etcd.etcdctl('put', 'c', written);
    await etcd.compact(4);
    await expect(etcd.etcdctl('get', '--rev=2', 'c')).rejects.toThrow(/compacted/);
  });

  it('forgets everything when started empty', async () => {
    await etcd.etcdctl('put', 'd', '6');
    await etcd.restartEmpty();
    expect(await value('d')).toBe('');
  });

  it('quotes etcd when it does not serve', async () => {
    await expect(startEtcd({ args: ['--no-such-flag'] })).rejects.toThrow(/no-such-flag/);
  });

  it('leaves no process and no data directory behind', async () => {
    const second = await startEtcd();
    const { pid, dataDir } = second;
    expect(existsSync(dataDir)).toBe(true);
    await second.stop();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(existsSync(dataDir)).toBe(false);
  });
});

describe('startEtcdCluster', () => {
  it('starts members of one cluster, of which one may die', async () => {
    const members = await startEtcdCluster(3);
    const [first, second, third] = members;
    await first?.etcdctl('put', 'a', '1');
    await first?.kill();
    const read = async () => [
      await second?.etcdctl('get', '--print-value-only', 'a'),
      await third?.etcdctl('get', 'a'),
    ];
    expect(await eventually('the others have a leader', read)).toEqual(['1\n', 'a\n1\n']);
    await Promise.all(members.map((member) => member.stop()));
  });
});

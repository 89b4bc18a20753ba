import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startEtcd } from '@wharf/testkit';
import { expect, it } from 'vitest';

/** Why MOVING.md does not send people to it: tried with Debian's etcd 3.4, the last whose etcdctl has it in Debian. */
it('etcdctl migrate makes keys with a TTL stay for ever, replaces what version 3 has, and forgets hidden keys', async () => {
  await using cleanup = new AsyncDisposableStack();
  const etcd = await startEtcd({ args: ['--enable-v2'] });
  cleanup.defer(() => etcd.stop());
  const putV2 = async (key: string, value: string, more = {}): Promise<void> => {
    const body = new URLSearchParams({ value, ...more });
    expect((await fetch(`${etcd.url}/v2/keys${key}`, { method: 'PUT', body })).ok).toBe(true);
  };
  await putV2('/skydns/static', 'v2');
  await putV2('/skydns/registered', 'v2', { ttl: '600' });
  await putV2('/skydns/_tcp/hidden', 'v2');
  await etcd.etcdctl('put', '/skydns/static', 'v3');
  await etcd.kill();
  await promisify(execFile)('etcdctl', ['migrate', '--data-dir', join(etcd.dataDir, 'data')], {
    env: { ...process.env, ETCDCTL_API: '3' },
  });
  await etcd.restart();
  expect(await etcd.etcdctl('get', '--prefix', '/skydns/')).toBe('/skydns/registered\nv2\n/skydns/static\nv2\n');
  expect(await etcd.etcdctl('lease', 'list')).toBe('found 0 leases\n');
});

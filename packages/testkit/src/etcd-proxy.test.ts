import { describe, expect, it } from 'vitest';
import { startEtcd } from './etcd.ts';
import { startEtcdProxy } from './etcd-proxy.ts';
import { eventually } from './eventually.ts';

describe('startEtcdProxy', () => {
  it('gives a way to etcd that is gone while the proxy is killed', { timeout: 60_000 }, async () => {
    await using cleanup = new AsyncDisposableStack();
    const etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
    const proxy = await startEtcdProxy({ endpoints: [etcd.endpoint] });
    cleanup.defer(() => proxy.stop());
    /** The proxy asks the etcd behind it. */
    const health = async () => (await fetch(`${proxy.url}/health`)).json();
    expect(await eventually('it serves', health)).toMatchObject({ health: 'true' });
    await proxy.kill();
    await expect(health()).rejects.toThrow('fetch failed');
    await proxy.restart();
    expect(await eventually('it serves again', health)).toMatchObject({ health: 'true' });
  });

  it('quotes the proxy when it cannot start', async () => {
    await expect(startEtcdProxy({ endpoints: [], args: ['--no-such-flag'] })).rejects.toThrow('unknown flag');
  });
});

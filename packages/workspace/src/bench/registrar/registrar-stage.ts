import { join } from 'node:path';
import { silentLogger } from '@wharf/agent';
import { type Change, createEtcdKeyStore, type KeyStore } from '@wharf/etcd-client';
import { type AgentProcess, type EtcdServer, startAgent, startEtcd } from '@wharf/testkit';
import { root } from '../../root.ts';

/** Below it are the records of the registrar that is measured. */
export const RECORDS = '/skydns/';

/** An etcd of its own, and the benchmark's client of it. */
export interface StoreStage {
  readonly etcd: EtcdServer;
  readonly store: KeyStore;
}

export async function startStore(cleanup: AsyncDisposableStack): Promise<StoreStage> {
  const etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  const store = createEtcdKeyStore({ endpoints: [etcd.url], log: silentLogger });
  cleanup.defer(() => store.close());
  return { etcd, store };
}

/** The built registrar as a process of its own; it runs, but is not ready yet. Nothing is looked at again by the clock. */
export async function startRegistrar(
  { etcd }: StoreStage,
  socketPath: string,
  cleanup: AsyncDisposableStack,
): Promise<AgentProcess> {
  const registrar = await startAgent({
    name: 'registrar',
    main: join(root, 'apps/registrar/dist/main.js'),
    args: ['-resync', '0', '-ip', '10.20.30.40', `skydns2://${etcd.endpoint}/bench.example.local`],
    env: { DOCKER_HOST: `unix://${socketPath}` },
  });
  cleanup.defer(() => registrar.stop());
  return registrar;
}

/**
 * Watches the records from now on; resolves when the watch is open.
 * @param onChange with the wall time at which the change arrived here
 */
export async function watchRecords(
  { store }: StoreStage,
  onChange: (change: Change, atMs: number) => void,
  cleanup: AsyncDisposableStack,
): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const stream = store.watch(RECORDS, 0, {
      onOpen: resolve,
      onChanges(changes) {
        const atMs = wallMs();
        for (const change of changes) onChange(change, atMs);
      },
      onEnd: (end) => reject(new Error(`the watch ended: ${end.reason}`)),
    });
    cleanup.defer(() => stream.close());
  });
}

/** Milliseconds since 1970 with fractions: comparable with the engine's times, for it runs on this machine. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}

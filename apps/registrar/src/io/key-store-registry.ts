import { randomUUID } from 'node:crypto';
import type { AgentContext } from '@wharf/agent';
import type { KeyStore } from '@wharf/etcd-client';
import { claimKey } from '../ownership/claim.ts';
import type { Layout } from '../records/layout.ts';
import { ownershipReasons } from '../registries/ownership-reasons.ts';
import type { Registry } from '../registries/registry.ts';
import { readBootId } from './boot-id.ts';
import { createOwnership, type Ownership } from './ownership.ts';
import { createSyncLoop, type SyncLoop } from './sync-loop.ts';

/** Tells a process from others with the same host name. */
export interface ProcessIdentity {
  /** Random. */
  readonly instance: string;
  /** The kernel's ID of this boot; empty where it is not known. */
  readonly bootId: string;
}

export interface KeyStoreRegistryOptions extends Pick<AgentContext, 'log' | 'clock' | 'random'> {
  readonly store: KeyStore;
  readonly layout: Layout;
  /** The name that this host's records are claimed under. */
  readonly host: string;
  /** How long records outlive a process or host that has died. */
  readonly ttlSeconds: number;
  /** Made up when absent. */
  readonly identity?: ProcessIdentity;
}

/**
 * A registry in a store of keys: all records hang on one lease, and a claim on the host's name keeps two processes from
 * writing them by turns. The store stays open when it stops, for it may be shared.
 */
export function createKeyStoreRegistry(options: KeyStoreRegistryOptions): Registry {
  const { store, layout, log, clock, random, ttlSeconds } = options;
  const { instance, bootId } = options.identity ?? { instance: randomUUID(), bootId: readBootId() };
  const key = claimKey(options.host);
  const tools = { store, claimKey: key, clock, log, random };
  let ownership: Ownership | undefined;
  let loop: SyncLoop | undefined;

  return {
    description: store.description,
    layout,
    async probe() {
      await store.get(key);
    },
    start(listener) {
      const started = createSyncLoop({
        ...tools,
        ownership: {
          current: () => ownership?.current(),
          suspect: (tenure) => ownership?.suspect(tenure),
          moveFence: async (tenure) => ownership?.moveFence(tenure),
          yieldTo: (tenure) => ownership?.yieldTo(tenure),
        },
        desired: () => listener.desired(),
        onSynced: (report) => listener.onSynced(report),
        onFailed: (error, scope) => listener.onFailed(error, scope),
      });
      loop = started;
      ownership = createOwnership({
        ...tools,
        self: { instance, bootId, ttlSeconds, released: false },
        onHeld() {
          listener.onHeld();
          started.request('everything');
        },
        onLost: () => listener.onLost(),
        onStoreBack: () => started.request('everything'),
      });
    },
    request: (scope, keys) => loop?.request(scope, keys),
    conflicts: () => loop?.conflicts() ?? [],
    readiness: () => ownershipReasons(store.description, ownership?.status(), loop),
    debug: () => ownership?.status() ?? null,
    async stop(records) {
      await loop?.stop();
      await ownership?.stop(records);
    },
  };
}

import { silentLogger, systemClock } from '@wharf/agent';
import { createEtcdKeyStore } from '@wharf/etcd-client';
import { createKeyStoreRegistry, createSkydnsLayout, registrarDefaults } from '@wharf/registrar';
import { eventually } from '@wharf/testkit';
import { recordOf } from './scale-records.ts';

export interface SimulatedHostOptions {
  readonly etcdUrl: string;
  readonly number: number;
  readonly records: number;
  readonly ttlSeconds: number;
}

/** What a registrar is to etcd: a connection, a lease, a claim with its watch, and records; no engine and no process. */
export interface SimulatedHost {
  /** The values by key that the store should have of it. */
  readonly records: ReadonlyMap<string, string>;
  /** One container dies: resolves to the moment when the registrar was told so. */
  endOldest(): void;
  /** One container starts. */
  startNew(): void;
  /** Resolves when all of its records are in the store. */
  registered(): Promise<void>;
  /** Why its records may not be what they should be, a sentence each. */
  readiness(): readonly string[];
  /** As the power does: the lease is neither kept nor revoked. */
  vanish(): Promise<void>;
}

/** Starts the registrar's own registry with records of containers that have been there before. */
export function startSimulatedHost({ etcdUrl, number, records, ttlSeconds }: SimulatedHostOptions): SimulatedHost {
  const store = createEtcdKeyStore({ endpoints: [etcdUrl], log: silentLogger, isolated: true, callDeadlineMs: 60_000 });
  const registry = createKeyStoreRegistry({
    store,
    layout: createSkydnsLayout(['scale', 'example', 'local'], registrarDefaults),
    host: `host-${number}`,
    ttlSeconds,
    log: silentLogger,
    clock: systemClock,
    random: Math.random,
  });
  let started = 0;
  const next = (): readonly [string, string] => {
    const { key, value } = recordOf(number, started++);
    return [key, value];
  };
  const desired = new Map(Array.from({ length: records }, next));
  let applied = 0;
  registry.start({
    desired: () => desired,
    onSynced(report) {
      applied += report.applied.length;
    },
    onFailed: () => undefined,
    onHeld: () => undefined,
    onLost: () => undefined,
  });
  const change = (key: string): void => registry.request('changes', new Set([key]));
  return {
    records: desired,
    endOldest() {
      const [oldest] = desired.keys();
      if (oldest === undefined) return;
      desired.delete(oldest);
      change(oldest);
    },
    startNew() {
      const [key, value] = next();
      desired.set(key, value);
      change(key);
    },
    registered: () =>
      eventually(
        `host ${number} is registered`,
        () => {
          const reasons = registry.readiness();
          if (applied < records || reasons.length > 0) throw new Error(`${applied} records; ${reasons.join('; ')}`);
        },
        { timeoutMs: 120_000, intervalMs: 50 },
      ),
    readiness: () => registry.readiness(),
    async vanish() {
      await store.close();
      await registry.stop('keep');
    },
  };
}

import { backoffDelayMs, type Clock, defaultBackoff, type Logger, sleep } from '@wharf/agent';
import { type KeyStore, KeyStoreError } from '@wharf/etcd-client';
import type { RegistryListener, SyncScope } from '../registries/registry.ts';
import { planSync, type StoredRecord } from '../sync/plan-sync.ts';
import { applyPlan, type Conflict } from './apply-plan.ts';
import type { Ownership } from './ownership.ts';
import { readOwnRecords } from './read-own-records.ts';

export interface SyncLoopOptions extends Pick<RegistryListener, 'desired' | 'onSynced' | 'onFailed'> {
  readonly store: KeyStore;
  readonly claimKey: string;
  readonly ownership: Pick<Ownership, 'current' | 'suspect' | 'yieldTo'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/** Makes the store what it should be, one synchronisation at a time. */
export interface SyncLoop {
  /** Something may have changed. Requests made during a synchronisation are answered by one more. */
  request(scope: SyncScope): void;
  /** Keys that somebody else has. */
  conflicts(): readonly Conflict[];
  /** Why the newest synchronisation failed; undefined when it did not. */
  failure(): string | undefined;
  /** True when everything wanted has been written at least once. */
  hasSynced(): boolean;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export function createSyncLoop(options: SyncLoopOptions): SyncLoop {
  const { store, claimKey, ownership, clock, log, random } = options;
  /** Our records in the store; undefined when what is there is not certain. */
  let view: Map<string, StoredRecord> | undefined;
  let conflicts: ReadonlyMap<string, Conflict> = new Map();
  let wanted: SyncScope | undefined;
  let underWay: Promise<void> | undefined;
  let failure: string | undefined;
  let hasSynced = false;
  const stopping = new AbortController();
  let pause = new AbortController();

  const sync = async (scope: SyncScope): Promise<void> => {
    const desired = options.desired();
    const tenure = ownership.current();
    if (tenure === undefined || desired === undefined) return;
    const isFull = scope === 'everything' || view === undefined;
    const known = isFull ? await readOwnRecords(store, tenure, view ?? new Map(), claimKey) : view;
    if (known === undefined) {
      ownership.suspect(tenure);
      return;
    }
    view = known;
    const attempted = isFull ? desired : without(desired, conflicts);
    const outcome = await applyPlan(store, tenure, planSync(attempted, known, tenure.lease), known);
    reportConflicts(outcome.conflicts, isFull, desired);
    options.onSynced({ scope: isFull ? 'everything' : 'changes', applied: outcome.applied });
    if (outcome.fenced) ownership.yieldTo(tenure);
    else hasSynced = true;
  };

  const reportConflicts = (found: readonly Conflict[], isFull: boolean, desired: ReadonlyMap<string, string>): void => {
    for (const { key, lease } of found) {
      if (!conflicts.has(key)) log.error({ key, lease }, 'this key is held by somebody else and is left alone');
    }
    const kept = isFull ? [] : [...conflicts.values()].filter(({ key }) => desired.has(key));
    conflicts = new Map([...kept, ...found].map((conflict) => [conflict.key, conflict]));
  };

  const run = async (): Promise<void> => {
    for (let attempt = 0; wanted !== undefined && !stopping.signal.aborted; ) {
      const scope = wanted;
      wanted = undefined;
      const tenure = ownership.current();
      try {
        await sync(scope);
        attempt = 0;
        failure = undefined;
      } catch (error) {
        view = undefined;
        failure = error instanceof Error ? error.message : String(error);
        options.onFailed(error, scope);
        if (tenure !== undefined && error instanceof KeyStoreError && error.code === 'lease-not-found') {
          ownership.suspect(tenure);
          continue;
        }
        wanted = 'everything';
        pause = new AbortController();
        await sleep(clock, backoffDelayMs(attempt++, defaultBackoff, random), pause.signal);
      }
    }
  };

  const wake = (): void => {
    underWay ??= run().finally(() => {
      underWay = undefined;
      if (wanted !== undefined && !stopping.signal.aborted) wake();
    });
  };

  return {
    request(scope) {
      if (stopping.signal.aborted) return;
      wanted = wanted === 'everything' ? wanted : scope;
      if (scope === 'everything') pause.abort();
      wake();
    },
    conflicts: () => [...conflicts.values()],
    failure: () => failure,
    hasSynced: () => hasSynced,
    async stop() {
      stopping.abort();
      pause.abort();
      await underWay;
    },
  };
}

function without(
  desired: ReadonlyMap<string, string>,
  conflicts: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, string> {
  if (conflicts.size === 0) return desired;
  return new Map([...desired].filter(([key]) => !conflicts.has(key)));
}

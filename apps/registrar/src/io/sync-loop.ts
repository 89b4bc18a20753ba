import type { Clock, Logger } from '@wharf/agent';
import { type KeyStore, KeyStoreError } from '@wharf/etcd-client';
import type { Tenure } from '../ownership/tenure.ts';
import type { Conflict, Registry, RegistryListener, SyncScope } from '../registries/registry.ts';
import { planSync, type StoredRecord, type SyncPlan } from '../sync/plan-sync.ts';
import { type ApplyOutcome, applyPlan, type KeyConflict } from './apply-plan.ts';
import { nameHolders } from './describe-holder.ts';
import type { Ownership } from './ownership.ts';
import { readOwnRecords } from './read-own-records.ts';
import { createSyncRunner, type SyncRunner } from './sync-runner.ts';

export interface SyncLoopOptions extends Pick<RegistryListener, 'desired' | 'onSynced' | 'onFailed'> {
  readonly store: KeyStore;
  readonly claimKey: string;
  readonly ownership: Pick<Ownership, 'current' | 'suspect' | 'moveFence' | 'yieldTo'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
}

/** Makes the store what it should be, one synchronisation at a time. */
export type SyncLoop = Omit<SyncRunner, 'request'> & Pick<Registry, 'request' | 'conflicts'>;

export function createSyncLoop(options: SyncLoopOptions): SyncLoop {
  const { store, claimKey, ownership, log } = options;
  /** Our records in the store; undefined when what is there is not certain. */
  let view: Map<string, StoredRecord> | undefined;
  let conflicts: ReadonlyMap<string, Conflict> = new Map();
  /** Where `view` may differ from what is desired; `all` when that is not known. */
  let dirty: Set<string> | 'all' = new Set();
  /** The tenure that sent a transaction to which there was no answer: it may yet be applied, at any time. */
  let doubted: Tenure | undefined;

  const sync = async (scope: SyncScope): Promise<boolean> => {
    const desired = options.desired();
    const present = ownership.current();
    if (present === undefined || desired === undefined) {
      // Whoever gets the right to write looks at everything.
      dirty = new Set();
      return false;
    }
    const isFull = scope === 'everything' || view === undefined;
    let tenure = present;
    try {
      const trusted = doubted === present ? await leaveDoubt(present) : present;
      if (trusted === undefined) return false;
      tenure = trusted;
      const known = isFull ? await readOwnRecords(store, tenure, view ?? new Map(), claimKey) : view;
      if (known === undefined) {
        ownership.suspect(tenure);
        return false;
      }
      view = known;
      const plan = planSync(desired, known, tenure.lease, isFull ? undefined : keysToLookAt(desired, known));
      dirty = new Set();
      const outcome = await apply(tenure, plan, known);
      mark(outcome.unsettled);
      await reportConflicts(outcome.conflicts, isFull, desired);
      options.onSynced({ scope: isFull ? 'everything' : 'changes', applied: outcome.applied });
      if (outcome.fenced) ownership.yieldTo(tenure);
      return !outcome.fenced;
    } catch (error) {
      view = undefined;
      if (isLeaseLoss(error)) ownership.suspect(tenure);
      throw error;
    }
  };

  const apply = async (tenure: Tenure, plan: SyncPlan, known: Map<string, StoredRecord>): Promise<ApplyOutcome> => {
    try {
      return await applyPlan(store, tenure, plan, known);
    } catch (error) {
      if (hasOpenOutcome(error)) doubted = tenure;
      throw error;
    }
  };

  /** What was sent before must not be applied after the store has been read: it would stay unseen. */
  const leaveDoubt = async (tenure: Tenure): Promise<Tenure | undefined> => {
    const moved = await ownership.moveFence(tenure);
    if (moved === undefined) ownership.yieldTo(tenure);
    return moved;
  };

  const reportConflicts = async (
    found: readonly KeyConflict[],
    isFull: boolean,
    desired: ReadonlyMap<string, string>,
  ): Promise<void> => {
    const now = await nameHolders(store, found);
    for (const { key, holder } of now) {
      if (!conflicts.has(key)) log.error({ key, holder }, 'this key is held by somebody else and is left alone');
    }
    const kept = isFull ? [] : [...conflicts.values()].filter(({ key }) => desired.has(key));
    conflicts = new Map([...kept, ...now].map((conflict) => [conflict.key, conflict]));
  };

  const mark = (keys: Iterable<string> | undefined): void => {
    if (keys === undefined) dirty = 'all';
    else if (dirty !== 'all') for (const key of keys) dirty.add(key);
  };

  /** What somebody else has is tried again with everything. */
  const keysToLookAt = (
    desired: ReadonlyMap<string, string>,
    known: ReadonlyMap<string, unknown>,
  ): Iterable<string> => {
    const keys = dirty === 'all' ? new Set([...desired.keys(), ...known.keys()]) : dirty;
    return [...keys].filter((key) => !conflicts.has(key));
  };

  const runner = createSyncRunner({ ...options, sync, isMendedElsewhere: isLeaseLoss });
  return {
    ...runner,
    request(scope, keys) {
      if (keys === undefined || view !== undefined) mark(keys);
      runner.request(scope);
    },
    conflicts: () => [...conflicts.values()],
  };
}

/** Whoever did not answer may have been asked in vain, or act on it later. */
function hasOpenOutcome(error: unknown): boolean {
  return error instanceof KeyStoreError && error.code === 'unavailable';
}

/** Ownership gets another lease, and asks again when it has one. */
function isLeaseLoss(error: unknown): boolean {
  return error instanceof KeyStoreError && error.code === 'lease-not-found';
}

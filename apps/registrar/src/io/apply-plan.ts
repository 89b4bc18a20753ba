import {
  type Entry,
  type Guard,
  type KeyStore,
  type LeaseId,
  MAX_TRANSACTION_OPERATIONS,
  type Operation,
} from '@wharf/etcd-client';
import type { Tenure } from '../ownership/tenure.ts';
import type { GuardedOperation, StoredRecord, SyncPlan } from '../sync/plan-sync.ts';

/** A key that we want and somebody else has. */
export interface KeyConflict {
  readonly key: string;
  /** The lease of the other's entry; `0` when it has none. */
  readonly lease: LeaseId;
  readonly value: string;
}

export interface ApplyOutcome {
  readonly applied: readonly Operation[];
  readonly conflicts: readonly KeyConflict[];
  /** Keys that somebody was changing at the same time: what is there now is not known, and they need another look. */
  readonly unsettled: readonly string[];
  /** True: the fence fell, another process owns this host's records now, and the rest of the plan was not applied. */
  readonly fenced: boolean;
}

/** Operations a transaction: the fence is one more guard, and etcd counts guards by the same limit. */
export const BATCH_SIZE = MAX_TRANSACTION_OPERATIONS - 1;

/**
 * Carries out a plan in batches, keeping `view` (our records in the store) true after each. Where a guard of a batch
 * fails, the batch is halved until the operation at fault is alone: the others are applied, and that one is looked at.
 * @throws KeyStoreError when the store fails; what was under way then may or may not have been applied, so `view` must
 *   be read again
 */
export async function applyPlan(
  store: KeyStore,
  tenure: Tenure,
  plan: SyncPlan,
  view: Map<string, StoredRecord>,
): Promise<ApplyOutcome> {
  const run: Run = { store, tenure, view, conflicts: [], applied: [], unsettled: [] };
  const operations = [...plan.puts, ...plan.deletes];
  let fenced = false;
  for (let at = 0; at < operations.length && !fenced; at += BATCH_SIZE) {
    fenced = !(await applyBatch(run, operations.slice(at, at + BATCH_SIZE)));
  }
  return { applied: run.applied, conflicts: run.conflicts, unsettled: run.unsettled, fenced };
}

interface Run {
  readonly store: KeyStore;
  readonly tenure: Tenure;
  readonly view: Map<string, StoredRecord>;
  readonly conflicts: KeyConflict[];
  readonly applied: Operation[];
  readonly unsettled: string[];
}

/** Resolves to false when the fence fell. */
async function applyBatch(run: Run, batch: readonly GuardedOperation[]): Promise<boolean> {
  if (await tryBatch(run, batch)) return true;
  if (!(await holdsFence(run))) return false;
  const [first] = batch;
  if (first === undefined) return true;
  if (batch.length === 1) return settle(run, first);
  const half = batch.length >> 1;
  return (await applyBatch(run, batch.slice(0, half))) && (await applyBatch(run, batch.slice(half)));
}

async function tryBatch(run: Run, batch: readonly GuardedOperation[]): Promise<boolean> {
  const { applied } = await run.store.transact({
    guards: [run.tenure.fence, ...batch.map(({ guard }) => guard)],
    operations: batch.map(({ operation }) => operation),
  });
  if (applied) for (const { operation } of batch) record(run, operation);
  return applied;
}

function record(run: Run, operation: Operation): void {
  run.applied.push(operation);
  if (operation.type === 'delete') run.view.delete(operation.key);
  else run.view.set(operation.key, { value: operation.value, lease: run.tenure.lease });
}

async function holdsFence({ store, tenure: { fence } }: Run): Promise<boolean> {
  return (await store.get(fence.key))?.modRevision === fence.modRevision;
}

/** The view was wrong about one key: look at it, and try once more from what is there. */
async function settle(run: Run, { operation }: GuardedOperation): Promise<boolean> {
  const { key } = operation;
  const entry = await run.store.get(key);
  const isOurs = entry !== undefined && isOwnLease(run.tenure, entry.lease);
  if (!isOurs) run.view.delete(key);
  if (entry !== undefined && !isOurs) {
    if (operation.type === 'put') run.conflicts.push(toConflict(entry));
    return true;
  }
  if (entry === undefined && operation.type === 'delete') return true;
  const guard: Guard = entry === undefined ? { type: 'absent', key } : { type: 'lease', key, lease: entry.lease };
  if (await tryBatch(run, [{ operation, guard }])) return true;
  run.unsettled.push(key);
  return holdsFence(run);
}

function isOwnLease({ lease, formerLeases }: Tenure, candidate: LeaseId): boolean {
  return candidate === lease || formerLeases.includes(candidate);
}

function toConflict({ key, lease, value }: Entry): KeyConflict {
  return { key, lease, value };
}

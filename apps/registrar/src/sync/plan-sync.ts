import type { Guard, LeaseId, Operation } from '@wharf/etcd-client';

/** A record of ours as the store holds it. */
export interface StoredRecord {
  readonly value: string;
  /** The lease it hangs on: this agent's present one, or a former one that has not run out yet. */
  readonly lease: LeaseId;
}

/** One change of one key, applied only if the guard holds. */
export interface GuardedOperation {
  readonly operation: Operation;
  readonly guard: Guard;
}

/** Puts first: where a service moves to another key, the new one is there before the old one goes. */
export interface SyncPlan {
  readonly puts: readonly GuardedOperation[];
  readonly deletes: readonly GuardedOperation[];
}

/**
 * What to do so that the store holds `desired` under `lease`. Each operation is guarded: a new key must be absent and
 * an existing one must still hang on the lease that we know it under, so a key that somebody else owns is never
 * touched. Applying the plan and planning again gives an empty plan. Operations are in order of key.
 * @param desired values by key
 * @param stored this agent's own records by key, nobody else's
 * @param keys those to look at, when all others are known to be right; all when absent
 */
export function planSync(
  desired: ReadonlyMap<string, string>,
  stored: ReadonlyMap<string, StoredRecord>,
  lease: LeaseId,
  keys: Iterable<string> = new Set([...desired.keys(), ...stored.keys()]),
): SyncPlan {
  const puts: GuardedOperation[] = [];
  const deletes: GuardedOperation[] = [];
  for (const key of keys) {
    const value = desired.get(key);
    const present = stored.get(key);
    const guard = guardOf(key, present);
    if (value === undefined) {
      if (present !== undefined) deletes.push({ operation: { type: 'delete', key }, guard });
    } else if (present?.value !== value || present.lease !== lease) {
      puts.push({ operation: { type: 'put', key, value, lease }, guard });
    }
  }
  return { puts: puts.sort(byKey), deletes: deletes.sort(byKey) };
}

function guardOf(key: string, present: StoredRecord | undefined): Guard {
  return present === undefined ? { type: 'absent', key } : { type: 'lease', key, lease: present.lease };
}

function byKey(a: GuardedOperation, b: GuardedOperation): number {
  return a.operation.key < b.operation.key ? -1 : 1;
}

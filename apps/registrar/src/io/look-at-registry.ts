import { type Entry, type KeyStore, NO_LEASE } from '@wharf/etcd-client';
import { claimKey } from '../ownership/claim.ts';
import type { IntendedOperation, Intentions } from '../registries/dry-run.ts';
import { type ConsulPlanRules, planConsul } from '../sync/plan-consul.ts';
import { type GuardedOperation, planSync, type StoredRecord } from '../sync/plan-sync.ts';
import type { ConsulAgent } from './consul-agent.ts';
import { nameHolders } from './describe-holder.ts';
import { readOwnRecords } from './read-own-records.ts';

/** How many keys are looked at a time. */
const CONCURRENT_LOOKS = 32;

/**
 * What a registrar that took over this host's claim would do to a store of keys: a look at the claim, at the records on
 * its lease, and at each key that would be new.
 */
export async function lookAtKeyStore(
  store: KeyStore,
  host: string,
  desired: ReadonlyMap<string, string>,
): Promise<Intentions> {
  const key = claimKey(host);
  const lease = (await store.get(key))?.lease ?? NO_LEASE;
  const stored =
    lease === NO_LEASE ? undefined : await readOwnRecords(store, { lease, formerLeases: [] }, new Map(), key);
  const known: ReadonlyMap<string, StoredRecord> = stored ?? new Map();
  const { puts, deletes } = planSync(desired, known, lease);
  const operations: IntendedOperation[] = [];
  const taken: Entry[] = [];
  const guarded = [...puts, ...deletes];
  for (let at = 0; at < guarded.length; at += CONCURRENT_LOOKS) {
    const batch = guarded.slice(at, at + CONCURRENT_LOOKS);
    const found = await Promise.all(batch.map(async (each) => ({ ...each, other: await findOther(store, each) })));
    for (const { operation, other } of found) {
      if (other === undefined) operations.push(operation);
      else taken.push(other);
    }
  }
  return { operations, conflicts: await nameHolders(store, taken) };
}

/** What a registrar would do to an agent of Consul. */
export async function lookAtConsul(
  agent: Pick<ConsulAgent, 'services'>,
  rules: ConsulPlanRules,
  desired: ReadonlyMap<string, string>,
): Promise<Intentions> {
  const { puts, deletes, conflicts } = planConsul(desired, await agent.services(), rules);
  return {
    operations: [
      ...puts.map((put) => ({ type: 'put' as const, ...put })),
      ...deletes.map((key) => ({ type: 'delete' as const, key })),
    ],
    conflicts,
  };
}

/** Only a key that must be absent can turn out to be somebody else's: all others were just seen on the claim's lease. */
async function findOther(store: KeyStore, { guard }: GuardedOperation): Promise<Entry | undefined> {
  return guard.type === 'absent' ? store.get(guard.key) : undefined;
}

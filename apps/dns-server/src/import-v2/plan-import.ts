import { type Entry, NO_LEASE } from '@wharf/etcd-client';
import { type ImportRules, judgeV2Key } from './judge-v2-key.ts';
import type { V2Key } from './parse-v2-keys.ts';

/** A key to write, and how it is to be found by then. */
export interface ImportPut extends V2Key {
  /** The revision of what it takes the place of; undefined: there must be none. */
  readonly replaces: number | undefined;
}

export interface KeyAndReason {
  readonly key: string;
  readonly reason: string;
}

/** Each key is in one of the lists, in the order in which they came. */
export interface ImportPlan {
  readonly puts: readonly ImportPut[];
  /** Keys whose value is there already. */
  readonly same: readonly string[];
  readonly leftOut: readonly KeyAndReason[];
}

export interface PlanRules extends ImportRules {
  /** Whether other values of keys without a lease are replaced. */
  readonly overwrite: boolean;
}

/** @param present what the new store has under these keys */
export function planImport(keys: readonly V2Key[], present: ReadonlyMap<string, Entry>, rules: PlanRules): ImportPlan {
  const puts: ImportPut[] = [];
  const same: string[] = [];
  const leftOut: KeyAndReason[] = [];
  for (const v2Key of keys) {
    const { key, value } = v2Key;
    const judged = judgeV2Key(v2Key, rules);
    const entry = present.get(key);
    if (!judged.ok) leftOut.push({ key, reason: judged.error });
    else if (entry === undefined) puts.push({ ...v2Key, replaces: undefined });
    else if (entry.value === value) same.push(key);
    else if (entry.lease !== NO_LEASE) leftOut.push({ key, reason: 'a registrar keeps another value there' });
    else if (rules.overwrite) puts.push({ ...v2Key, replaces: entry.modRevision });
    else leftOut.push({ key, reason: 'another value is there (overwrite replaces it)' });
  }
  return { puts, same, leftOut };
}

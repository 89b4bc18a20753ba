import { type LeaseId, NO_LEASE } from '@wharf/etcd-client';

/** A lease that records hang on. */
export interface LeaseUse {
  /** How many. */
  readonly records: number;
}

/** The leases of many records, each ID kept once. */
export interface LeaseTable {
  readonly uses: ReadonlyMap<LeaseId, LeaseUse>;
  /** Counts one more record with this lease; returns the number to keep in the record, 0 for `NO_LEASE`. */
  take(id: LeaseId): number;
  /** Counts one record less. */
  release(number: number): void;
  idOf(number: number): LeaseId;
}

export function createLeaseTable(): LeaseTable {
  const uses = new Map<LeaseId, { records: number; readonly number: number }>();
  const ids: LeaseId[] = [NO_LEASE];
  const free: number[] = [];

  return {
    uses,
    take(id) {
      if (id === NO_LEASE) return 0;
      let use = uses.get(id);
      if (use === undefined) {
        use = { records: 0, number: free.pop() ?? ids.length };
        ids[use.number] = id;
        uses.set(id, use);
      }
      use.records++;
      return use.number;
    },
    release(number) {
      const id = ids[number] ?? NO_LEASE;
      const use = uses.get(id);
      if (use === undefined || --use.records > 0) return;
      uses.delete(id);
      free.push(number);
    },
    idOf: (number) => ids[number] ?? NO_LEASE,
  };
}

export interface RejectedRecordsLimits {
  readonly keys?: number;
  /** Of all keys and reasons together, in UTF-16 units. */
  readonly characters?: number;
}

/**
 * Keys whose records cannot be read, and why. Whoever may write to the store may fill it with such keys: what is beyond the
 * limits is not kept, and earlier ones stay.
 */
export interface RejectedRecords {
  readonly reasons: ReadonlyMap<string, string>;
  set(key: string, reason: string): void;
  delete(key: string): void;
}

export function createRejectedRecords({
  keys = 100_000,
  characters = 16_777_216,
}: RejectedRecordsLimits = {}): RejectedRecords {
  const reasons = new Map<string, string>();
  let taken = 0;
  const remove = (key: string): void => {
    const reason = reasons.get(key);
    if (reason === undefined) return;
    reasons.delete(key);
    taken -= key.length + reason.length;
  };
  return {
    reasons,
    set(key, reason) {
      remove(key);
      const length = key.length + reason.length;
      if (reasons.size >= keys || taken + length > characters) return;
      reasons.set(key, reason);
      taken += length;
    },
    delete: remove,
  };
}

import type { IndexedRecord } from './indexed-record.ts';

/**
 * The keys of records by their address. It grows with the records that have one, and with nothing else: about 200
 * octets each, its key included.
 */
export interface AddressIndex {
  /** How many addresses there are. */
  readonly size: number;
  /** Takes in a record; one without an address makes no difference, and neither does one that is in already. */
  add(record: IndexedRecord): void;
  /** Takes out what `add` of an equal record took in. */
  remove(record: IndexedRecord): void;
  /** The keys of at most `limit` records with this address, as records have it. */
  keysOf(address: string, limit: number): readonly string[];
}

export function createAddressIndex(): AddressIndex {
  /** Most addresses have one record, for which a set of its own would be four times as large. */
  const keys = new Map<string, string | Set<string>>();

  return {
    get size() {
      return keys.size;
    },
    add(record) {
      const address = addressOf(record);
      if (address === undefined) return;
      const known = keys.get(address);
      if (known instanceof Set) known.add(record.key);
      else if (known === undefined) keys.set(address, record.key);
      else if (known !== record.key) keys.set(address, new Set([known, record.key]));
    },
    remove(record) {
      const address = addressOf(record);
      const known = address === undefined ? undefined : keys.get(address);
      if (address === undefined || known === undefined) return;
      if (known === record.key) keys.delete(address);
      else if (known instanceof Set && known.delete(record.key) && known.size === 0) keys.delete(address);
    },
    keysOf(address, limit) {
      const known = keys.get(address);
      if (known === undefined) return [];
      return typeof known === 'string' ? [known] : [...known.values().take(limit)];
    },
  };
}

function addressOf({ host }: IndexedRecord): string | undefined {
  return host === undefined || host.type === 'name' ? undefined : host.address;
}

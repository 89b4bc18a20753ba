import type { LeaseId } from '@wharf/etcd-client';
import type { StoredRecord } from './indexed-record.ts';
import { createLeaseTable, type LeaseUse } from './lease-table.ts';
import { type BlockRef, type OctetArena, startOf } from './octet-arena.ts';

/** What a block says; a key that its name says already is left out. */
export type RecordBlock = Omit<StoredRecord, 'key'> & { readonly key: string | undefined };

/** Records as blocks of an arena, in lists: each names the next. */
export interface RecordBlocks {
  readonly leases: ReadonlyMap<LeaseId, LeaseUse>;
  /** A new block in front of `list`; returns the list that begins with it. */
  add(record: RecordBlock, list: BlockRef): BlockRef;
  /** Removes the block from `list`, which it is in; returns what is the list then. */
  remove(block: BlockRef, list: BlockRef): BlockRef;
  next(block: BlockRef): BlockRef;
  keyOf(block: BlockRef): string | undefined;
  read(block: BlockRef): RecordBlock;
}

/** A block begins with four words of 32 bits; then come the key and the value in UTF-8. */
const NEXT = 0;
const LEASE = 1;
const KEY_OCTETS = 2;
const VALUE_OCTETS = 3;
const HEADER_OCTETS = 16;

export function createRecordBlocks(arena: OctetArena): RecordBlocks {
  const leases = createLeaseTable();
  const get = (block: BlockRef, field: number): number =>
    arena.chunkOf(block).words[(startOf(block) >> 2) + field] ?? 0;
  const set = (block: BlockRef, field: number, value: number): void => {
    arena.chunkOf(block).words[(startOf(block) >> 2) + field] = value;
  };

  const keyOf = (block: BlockRef): string | undefined => {
    const octets = get(block, KEY_OCTETS);
    const start = startOf(block) + HEADER_OCTETS;
    return octets === 0 ? undefined : arena.chunkOf(block).octets.toString('utf8', start, start + octets);
  };

  return {
    leases: leases.uses,
    keyOf,
    next: (block) => get(block, NEXT),
    add({ key = '', value, lease }, list) {
      const keyOctets = Buffer.byteLength(key);
      const valueOctets = Buffer.byteLength(value);
      const block = arena.allocate(HEADER_OCTETS + keyOctets + valueOctets);
      const { octets } = arena.chunkOf(block);
      const start = startOf(block) + HEADER_OCTETS;
      if (keyOctets > 0) octets.write(key, start, keyOctets);
      octets.write(value, start + keyOctets, valueOctets);
      set(block, NEXT, list);
      set(block, LEASE, leases.take(lease));
      set(block, KEY_OCTETS, keyOctets);
      set(block, VALUE_OCTETS, valueOctets);
      return block;
    },
    remove(block, list) {
      const next = get(block, NEXT);
      let rest = list;
      while (rest !== block && rest !== 0) {
        const after = get(rest, NEXT);
        if (after === block) set(rest, NEXT, next);
        rest = after;
      }
      leases.release(get(block, LEASE));
      arena.release(block, HEADER_OCTETS + get(block, KEY_OCTETS) + get(block, VALUE_OCTETS));
      return list === block ? next : list;
    },
    read(block) {
      const start = startOf(block) + HEADER_OCTETS + get(block, KEY_OCTETS);
      return {
        key: keyOf(block),
        value: arena.chunkOf(block).octets.toString('utf8', start, start + get(block, VALUE_OCTETS)),
        lease: leases.idOf(get(block, LEASE)),
      };
    },
  };
}

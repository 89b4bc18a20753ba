import type { ICompare, IEvent, IKeyValue, IRequestOp, ITxnRequest } from 'etcd3';
import { type Change, type Entry, type Guard, NO_LEASE, type Operation, type Transaction } from './key-store.ts';

/** A half-open range of keys, as etcd takes it. */
export interface KeyRange {
  readonly key: Buffer;
  readonly range_end: Buffer;
}

const ZERO = Buffer.from([0]);

/**
 * The range of all keys that start with `prefix`: up to the prefix with its last byte raised by one. UTF-8 has no byte
 * 0xff, so that byte can always be raised. The empty prefix is every key, which etcd writes as zero bytes.
 */
export function prefixRange(prefix: string): KeyRange {
  if (prefix === '') return { key: ZERO, range_end: ZERO };
  const key = Buffer.from(prefix);
  const end = Buffer.from(key);
  const last = end.length - 1;
  end.writeUInt8(end.readUInt8(last) + 1, last);
  return { key, range_end: end };
}

/** The least key after `key`. */
export function keyAfter(key: Buffer): Buffer {
  return Buffer.concat([key, ZERO]);
}

/** @returns the entry; bytes that are not UTF-8 become U+FFFD */
export function toEntry(kv: IKeyValue): Entry {
  return {
    key: kv.key.toString('utf8'),
    value: kv.value.toString('utf8'),
    createRevision: Number(kv.create_revision),
    modRevision: Number(kv.mod_revision),
    lease: kv.lease,
  };
}

export function toChange({ type, kv }: IEvent): Change {
  return type === 'Delete'
    ? { type: 'delete', key: kv.key.toString('utf8'), modRevision: Number(kv.mod_revision) }
    : { type: 'put', entry: toEntry(kv) };
}

/** Parts events, which come in order of revision, into the changes of each revision. */
export function byRevision(events: readonly IEvent[]): { readonly revision: number; readonly changes: Change[] }[] {
  const groups: { revision: number; changes: Change[] }[] = [];
  for (const event of events) {
    const revision = Number(event.kv.mod_revision);
    const newest = groups.at(-1);
    if (newest?.revision === revision) newest.changes.push(toChange(event));
    else groups.push({ revision, changes: [toChange(event)] });
  }
  return groups;
}

export function toTxnRequest({ guards, operations }: Transaction): ITxnRequest {
  return { compare: guards.map(toCompare), success: operations.map(toRequestOp) };
}

function toCompare(guard: Guard): ICompare {
  const key = Buffer.from(guard.key);
  if (guard.type === 'lease') return { key, result: 'Equal', target: 'Lease', lease: guard.lease };
  if (guard.type === 'revision') return { key, result: 'Equal', target: 'Mod', mod_revision: guard.modRevision };
  return { key, result: 'Equal', target: 'Create', create_revision: 0 };
}

function toRequestOp(operation: Operation): IRequestOp {
  const key = Buffer.from(operation.key);
  if (operation.type === 'delete') return { request_delete_range: { key } };
  return { request_put: { key, value: Buffer.from(operation.value), lease: operation.lease ?? NO_LEASE } };
}

import { KeyStoreError, MAX_TRANSACTION_OPERATIONS, type Transaction } from './key-store.ts';

/** etcd's own limit on one request (`--max-request-bytes`, default 1.5 MiB). */
export const MAX_REQUEST_BYTES = 1_572_864;

/**
 * The rules that etcd lays on the form of a transaction: its size, no empty key, no key written twice.
 * @returns the error that the store answers, code `invalid`; undefined when all is well
 */
export function checkTransaction({ guards, operations }: Transaction): KeyStoreError | undefined {
  const count = Math.max(guards.length, operations.length);
  if (count > MAX_TRANSACTION_OPERATIONS) {
    return invalid(
      `${count} guards or operations are more than ${MAX_TRANSACTION_OPERATIONS}: send several transactions`,
    );
  }
  if ([...guards, ...operations].some(({ key }) => key === '')) return invalid('a key is empty: name it');
  const bytes = operations.reduce((sum, operation) => sum + sizeOf(operation), 0);
  if (bytes > MAX_REQUEST_BYTES) {
    return invalid(`${bytes} bytes are more than ${MAX_REQUEST_BYTES}: send several transactions or smaller values`);
  }
  const twice = keyWrittenTwice(operations);
  return twice === undefined ? undefined : invalid(`${twice} is written twice: keep the last operation on a key`);
}

function keyWrittenTwice(operations: Transaction['operations']): string | undefined {
  const put = new Set<string>();
  const deleted = new Set<string>();
  for (const { type, key } of operations) {
    if (put.has(key) || (type === 'put' && deleted.has(key))) return key;
    (type === 'put' ? put : deleted).add(key);
  }
  return undefined;
}

function sizeOf(operation: Transaction['operations'][number]): number {
  const value = operation.type === 'put' ? Buffer.byteLength(operation.value) : 0;
  return Buffer.byteLength(operation.key) + value;
}

function invalid(reason: string): KeyStoreError {
  return new KeyStoreError('invalid', `the transaction is refused: ${reason}`);
}

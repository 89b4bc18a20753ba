import type { LogFields } from '@wharf/agent';
import { KeyStoreError } from '@wharf/etcd-client';

/** An error for the log: of a store that is away the sentence says it all, of anything else the stack is wanted. */
export function errorFields(error: unknown): LogFields {
  return error instanceof KeyStoreError ? { reason: error.message } : { err: error };
}

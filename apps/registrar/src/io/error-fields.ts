import type { LogFields } from '@wharf/agent';
import { KeyStoreError } from '@wharf/etcd-client';
import { ConsulError } from './consul-error.ts';

/** An error for the log: of a registry that is away the sentence says it all, of anything else the stack is wanted. */
export function errorFields(error: unknown): LogFields {
  const isSentence = error instanceof KeyStoreError || error instanceof ConsulError;
  return isSentence ? { reason: error.message } : { err: error };
}

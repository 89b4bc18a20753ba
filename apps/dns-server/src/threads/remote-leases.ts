import type { KeyStore, LeaseId, LeaseState } from '@wharf/etcd-client';
import type { ThreadOrder, ThreadReport } from './thread-messages.ts';

/** Asks the thread that has the store about leases. */
export interface RemoteLeases extends Pick<KeyStore, 'inspectLease'> {
  /** Takes what the other thread said. */
  take(answer: ThreadOrder & { readonly type: 'inspected' }): void;
}

interface Waiting {
  resolve(state: LeaseState | undefined): void;
  reject(error: Error): void;
}

/** The other thread answers all that it is asked; how much that can be at once is up to who asks. */
export function createRemoteLeases(post: (report: ThreadReport) => void): RemoteLeases {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  return {
    inspectLease(lease: LeaseId) {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        post({ type: 'inspect', id, lease });
      });
    },
    take({ id, state, error }) {
      const asker = waiting.get(id);
      waiting.delete(id);
      if (error === undefined) asker?.resolve(state);
      else asker?.reject(new Error(error));
    },
  };
}

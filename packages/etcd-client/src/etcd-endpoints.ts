import type { CallOptions } from '@grpc/grpc-js';
import type { Logger } from '@wharf/agent';
import type { Etcd3 } from 'etcd3';
import { isNeverSent, toKeyStoreError } from './etcd-error.ts';
import type { KeyStoreError } from './key-store.ts';

export interface EtcdEndpoint {
  /** `http://10.0.0.1:2379`. */
  readonly url: string;
  readonly client: Etcd3;
}

/** Whether a call may be made a second time although the first may have had its effect. */
export type CallKind = 'read' | 'write';

/** The members of one etcd cluster: calls go to one of them until it fails, then to the next. */
export interface EtcdEndpoints {
  readonly closed: boolean;
  /**
   * Makes a call, with a deadline, at the endpoint in use. When that cannot be reached or does not answer, a read goes
   * on to the others in turn; a write only when it never left, since it might be applied twice.
   * @param what the call in words, for errors: `list /skydns/`
   * @throws KeyStoreError
   */
  call<T>(what: string, kind: CallKind, send: (client: Etcd3, options: CallOptions) => Promise<T>): Promise<T>;
  /** The endpoint in use, for streams. */
  current(): EtcdEndpoint;
  /** Moves on to the next endpoint unless another is in use already. */
  failed(endpoint: EtcdEndpoint): void;
  /** An error of a stream on `endpoint` as the store's own. */
  errorOf(error: unknown, what: string, endpoint: EtcdEndpoint): KeyStoreError;
  close(): void;
}

export interface EtcdEndpointsOptions {
  readonly deadlineMs: number;
  /** Which endpoint comes first; agents that all began with the same would load one member alone. */
  readonly start: number;
  readonly log: Logger;
}

export function createEtcdEndpoints(
  endpoints: readonly [EtcdEndpoint, ...EtcdEndpoint[]],
  { deadlineMs, start, log }: EtcdEndpointsOptions,
): EtcdEndpoints {
  let inUse = start;
  let closed = false;

  const current = (): EtcdEndpoint => endpoints[inUse % endpoints.length] ?? endpoints[0];

  const failed = (endpoint: EtcdEndpoint): void => {
    if (endpoint !== current() || endpoints.length === 1) return;
    inUse++;
    log.warn({ failed: endpoint.url, next: current().url }, 'an etcd endpoint failed; going on with the next');
  };

  const errorOf = (error: unknown, what: string, endpoint: EtcdEndpoint): KeyStoreError =>
    toKeyStoreError(error, { where: `etcd ${endpoint.url}`, what, deadlineMs, closed });

  return {
    get closed() {
      return closed;
    },
    async call(what, kind, send) {
      for (let left = endpoints.length; ; left--) {
        const endpoint = current();
        if (closed) throw errorOf(undefined, what, endpoint);
        try {
          return await send(endpoint.client, { deadline: Date.now() + deadlineMs });
        } catch (error) {
          const translated = errorOf(error, what, endpoint);
          if (translated.code !== 'unavailable') throw translated;
          failed(endpoint);
          if (left <= 1 || (kind === 'write' && !isNeverSent(error))) throw translated;
        }
      }
    },
    current,
    failed,
    errorOf,
    close() {
      closed = true;
      for (const { client } of endpoints) client.close();
    },
  };
}

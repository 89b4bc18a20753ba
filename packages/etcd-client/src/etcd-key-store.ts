import { type Clock, type Logger, systemClock } from '@wharf/agent';
import type { IRangeRequest, IRangeResponse } from 'etcd3';
import { createCallRegistry } from './call-registry.ts';
import { connectEtcd, type EtcdCredentials, type EtcdTls } from './etcd-connection.ts';
import { createEtcdEndpoints, type EtcdEndpoint } from './etcd-endpoints.ts';
import { isAnswerTooLarge } from './etcd-error.ts';
import { renewOnce } from './etcd-lease.ts';
import { prefixRange, toEntry, toTxnRequest } from './etcd-messages.ts';
import { CALL_DEADLINE_MS, WATCH_SILENCE_MS } from './etcd-timing.ts';
import { openEtcdWatch } from './etcd-watch.ts';
import {
  type KeyStore,
  KeyStoreError,
  type Page,
  type Revision,
  type WatchEnd,
  type WatchStream,
} from './key-store.ts';
import { firstStep, type ListStep, nextStep } from './list-steps.ts';
import { PAGE_SIZE } from './page-size.ts';
import { parseEndpoints } from './parse-endpoints.ts';

export interface EtcdKeyStoreOptions {
  /** The members of one cluster, as `parseEndpoints` reads them. */
  readonly endpoints: readonly string[];
  /** Given together with `password`. */
  readonly username?: string;
  readonly password?: string;
  /** For `https` endpoints that need more than the certificate authorities Node trusts. */
  readonly tls?: EtcdTls;
  readonly log: Logger;
  readonly clock?: Clock;
  /** A number in [0, 1): chooses the endpoint to begin with. */
  readonly random?: () => number;
  readonly callDeadlineMs?: number;
  readonly watchSilenceMs?: number;
  /** A connection that is not shared with other stores of this process on the same etcd: for those that stand for hosts. */
  readonly isolated?: boolean;
}

/**
 * A store on etcd 3.3 or newer; nothing is connected before the first call.
 * @throws KeyStoreError `invalid` when the endpoints or the credentials cannot be used as they are
 */
export function createEtcdKeyStore(options: EtcdKeyStoreOptions): KeyStore {
  const urls = readEndpoints(options);
  const credentials = readCredentials(options);
  const clock = options.clock ?? systemClock;
  const deadlineMs = options.callDeadlineMs ?? CALL_DEADLINE_MS;
  const calls = createCallRegistry();
  const connect = (url: string): EtcdEndpoint => ({
    url,
    client: connectEtcd(url, { calls, deadlineMs, tls: options.tls, credentials, isolated: options.isolated ?? false }),
  });
  const [first, ...others] = urls;
  const start = Math.floor((options.random ?? Math.random)() * urls.length);
  const endpoints = createEtcdEndpoints([connect(first), ...others.map(connect)], {
    deadlineMs,
    start,
    log: options.log,
  });
  const watches = new Set<WatchStream>();
  /** Which cluster the newest listing of a prefix came from: revisions of another one mean nothing. */
  const clusters = new Map<string, string>();

  const range = (what: string, request: IRangeRequest): Promise<IRangeResponse> =>
    endpoints.call(what, 'read', (client, callOptions) => client.kv.range(request, callOptions));

  /** One page of at most `PAGE_SIZE` keys, or of fewer if so many make too large an answer. */
  const readPage = async (what: string, request: IRangeRequest): Promise<IRangeResponse> => {
    for (let limit = PAGE_SIZE; ; limit = Math.ceil(limit / 4)) {
      try {
        return await range(what, { ...request, limit });
      } catch (error) {
        if (limit === 1 || !(error instanceof KeyStoreError) || !isAnswerTooLarge(error.cause)) throw error;
      }
    }
  };

  async function* list(prefix: string): AsyncGenerator<Page> {
    const whole = prefixRange(prefix);
    const what = `list ${prefix}`;
    let step: ListStep | undefined = firstStep(whole);
    let reading = readPage(what, { ...whole });
    let revision: Revision = 0;
    while (step !== undefined) {
      const { header, kvs, more, count }: IRangeResponse = await reading;
      const isFirst = revision === 0;
      if (isFirst) {
        revision = Number(header.revision);
        clusters.set(prefix, header.cluster_id);
      }
      const [first, last] = [kvs[0]?.key, kvs.at(-1)?.key];
      const answer = { first, last, more, count: Number(count), found: kvs.length, limit: PAGE_SIZE };
      step = nextStep(whole, step, answer);
      if (step !== undefined) {
        // etcd reads the next page while this one is made use of.
        reading = readPage(what, { ...step.range, revision });
        reading.catch(() => undefined);
      }
      if (isFirst || kvs.length > 0) yield { revision, entries: kvs.map(toEntry) };
    }
  }

  const checkHistory = async (prefix: string, fromRevision: Revision): Promise<WatchEnd | undefined> => {
    const { header } = await range(`look at ${prefix}`, {
      key: prefix === '' ? Buffer.from([0]) : Buffer.from(prefix),
    });
    const revision = Number(header.revision);
    const cluster = clusters.get(prefix) ?? header.cluster_id;
    const continues = fromRevision === 0 || (fromRevision <= revision + 1 && cluster === header.cluster_id);
    return continues ? undefined : { reason: 'compacted', compactRevision: revision };
  };

  return {
    description: `etcd ${urls.join(',')}`,
    async get(key) {
      const [kv] = (await range(`get ${key}`, { key: Buffer.from(key) })).kvs;
      return kv === undefined ? undefined : toEntry(kv);
    },
    list,
    async transact(transaction) {
      const request = toTxnRequest(transaction);
      const what = `write ${transaction.operations[0]?.key ?? 'nothing'} and ${transaction.operations.length - 1} more`;
      const { succeeded, header } = await endpoints.call(what, 'write', (client, callOptions) =>
        client.kv.txn(request, callOptions),
      );
      return { applied: succeeded, revision: Number(header.revision) };
    },
    watch(prefix, fromRevision, listener) {
      if (endpoints.closed) {
        queueMicrotask(() => listener.onEnd({ reason: 'closed' }));
        return { close: () => undefined };
      }
      const stream = openEtcdWatch(endpoints, clock, {
        prefix,
        fromRevision,
        listener,
        silenceMs: options.watchSilenceMs ?? WATCH_SILENCE_MS,
        checkHistory: (from) => checkHistory(prefix, from),
        onGone: () => watches.delete(stream),
      });
      watches.add(stream);
      return stream;
    },
    async grantLease(ttlSeconds) {
      const request = { TTL: Math.ceil(ttlSeconds) };
      const { ID, TTL } = await endpoints.call(`grant a lease of ${ttlSeconds} s`, 'write', (client, callOptions) =>
        client.leaseClient.leaseGrant(request, callOptions),
      );
      return { id: ID, ttlSeconds: Number(TTL) };
    },
    renewLease: (id) =>
      endpoints.call(`renew lease ${id}`, 'read', (client, callOptions) => renewOnce(client, id, callOptions)),
    async revokeLease(id) {
      try {
        await endpoints.call(`revoke lease ${id}`, 'read', (client, callOptions) =>
          client.leaseClient.leaseRevoke({ ID: id }, callOptions),
        );
      } catch (error) {
        if (!(error instanceof KeyStoreError && error.code === 'lease-not-found')) throw error;
      }
    },
    async inspectLease(id) {
      const { TTL, grantedTTL, keys } = await endpoints.call(`inspect lease ${id}`, 'read', (client, callOptions) =>
        client.leaseClient.leaseTimeToLive({ ID: id, keys: true }, callOptions),
      );
      const remainingSeconds = Number(TTL);
      if (remainingSeconds < 0) return undefined;
      return { remainingSeconds, grantedSeconds: Number(grantedTTL), keys: keys.map((key) => key.toString('utf8')) };
    },
    async close() {
      endpoints.close();
      for (const stream of watches) stream.close();
      calls.cancelAll();
    },
  };
}

function readEndpoints({ endpoints, tls }: EtcdKeyStoreOptions): readonly [string, ...string[]] {
  const parsed = parseEndpoints(endpoints);
  if (!parsed.ok) throw new KeyStoreError('invalid', parsed.error);
  const [first, ...others] = parsed.value;
  if (first === undefined) throw new KeyStoreError('invalid', 'no etcd endpoint is given');
  if (tls !== undefined && first.startsWith('http:')) {
    throw new KeyStoreError('invalid', `certificates are given, but ${first} is not https: nothing would be encrypted`);
  }
  if ((tls?.cert === undefined) !== (tls?.key === undefined)) {
    throw new KeyStoreError('invalid', "the client's certificate and its key must be given together");
  }
  return [first, ...others];
}

function readCredentials({ username, password }: EtcdKeyStoreOptions): EtcdCredentials | undefined {
  if (username === undefined && password === undefined) return undefined;
  if (username === undefined || password === undefined) {
    throw new KeyStoreError('invalid', 'the etcd user and its password must be given together');
  }
  return { username, password };
}

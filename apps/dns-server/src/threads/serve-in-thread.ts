import { type Clock, createMetrics, type Logger, type Registry } from '@wharf/agent';
import type { SnapshotWriter } from '@wharf/etcd-client';
import type { DataState } from '../answer/answer-message.ts';
import { createLeaseTracker } from '../io/lease-tracker.ts';
import { ListenError } from '../io/listen-error.ts';
import { dnsServerMetrics } from '../metrics.ts';
import { createZoneData } from '../records/zone-data.ts';
import { createServing } from '../serve.ts';
import { servingFacts } from '../serving-facts.ts';
import { createRemoteLeases } from './remote-leases.ts';
import type { LogLevel, RecordMessage, ThreadOrder, ThreadReport, ThreadSettings } from './thread-messages.ts';

/** What is no sum over the threads: the one that has the store says it. */
const SAID_ELSEWHERE: ReadonlySet<string> = new Set(
  [
    dnsServerMetrics.records,
    dnsServerMetrics.rejectedRecords,
    dnsServerMetrics.storeRevision,
    dnsServerMetrics.dataState,
    dnsServerMetrics.snapshotTime,
    dnsServerMetrics.leases,
    dnsServerMetrics.udpIo,
    dnsServerMetrics.workers,
  ].map(({ name }) => name),
);

export interface ThreadOptions {
  readonly settings: ThreadSettings;
  readonly post: (report: ThreadReport) => void;
  readonly clock: Clock;
  readonly random: () => number;
  /** Empty. */
  readonly registry: Registry;
}

/** A server in a thread of its own: it knows what it is told, and asks nobody but the thread that started it. */
export interface ServingThread {
  /** Serves, or reports why it cannot. */
  start(): Promise<void>;
  take(order: ThreadOrder): void;
  /** Resolves when a `stop` has been taken and done. */
  readonly stopped: Promise<void>;
}

export function createServingThread({ settings, post, clock, random, registry }: ThreadOptions): ServingThread {
  const { config } = settings;
  const log = remoteLogger(post);
  const nameSeed = Math.floor(random() * 2 ** 32);
  const stopped = Promise.withResolvers<void>();
  const known = Promise.withResolvers<void>();
  let state: DataState = 'loading';
  let hasRecords = false;
  let listing: SnapshotWriter | undefined;

  const data = createZoneData({
    prefix: config.pathPrefix,
    nameSeed,
    // The thread that has the store says so.
    onRejected: () => undefined,
    onUpdated() {
      hasRecords = true;
      known.resolve();
    },
  });
  const store = createRemoteLeases(post);
  const leases = createLeaseTracker({ store, clock, log, leases: () => data.leases.keys() });
  const serving = createServing({
    ...settings,
    facts: servingFacts({
      data,
      nameSeed,
      // Whatever the store is like: who has not been told of any records knows of none.
      state: () => (hasRecords ? state : 'loading'),
      leases: () => leases,
      clock,
    }),
    sharing: 'joining',
    clock,
    log,
    random,
    metrics: createMetrics(dnsServerMetrics, registry),
  });

  const measure = async (): Promise<void> => {
    const values = await registry.getMetricsAsJSON();
    post({ type: 'measured', values: values.filter(({ name }) => !SAID_ELSEWHERE.has(name)) });
  };

  const takeRecords = (message: RecordMessage): void => {
    if (message.type === 'begin') listing = data.sink.beginSnapshot();
    else if (message.type === 'add') listing?.add(message.entries);
    else if (message.type === 'changes') data.sink.applyChanges(message.changes, message.revision);
    else {
      if (message.type === 'commit') listing?.commit(message.revision);
      else listing?.abort();
      // Its records would be held in memory until the next one begins.
      listing = undefined;
    }
  };

  return {
    stopped: stopped.promise,
    async start() {
      // Others at the address may know the records already.
      if (config.reusePort) await known.promise;
      try {
        const { udpIo } = await serving.start();
        post({ type: 'listening', udpIo });
      } catch (error) {
        if (!(error instanceof ListenError)) throw error;
        post({ type: 'refused', code: error.code, message: error.message });
      }
    },
    take(order) {
      if (order.type === 'state') state = order.state;
      else if (order.type === 'configure') serving.configure(order.answers);
      else if (order.type === 'inspected') store.take(order);
      else if (order.type === 'measure') void measure();
      else if (order.type !== 'stop') takeRecords(order);
      else {
        leases.stop();
        stopped.resolve(serving.stop());
      }
    },
  };
}

/** Has another thread write what is logged. */
function remoteLogger(post: (report: ThreadReport) => void, own: Readonly<Record<string, unknown>> = {}): Logger {
  const at =
    (level: LogLevel): Logger['info'] =>
    (fields, message) =>
      post({ type: 'log', level, fields: { ...own, ...fields }, message });
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => remoteLogger(post, { ...own, ...fields }),
  };
}

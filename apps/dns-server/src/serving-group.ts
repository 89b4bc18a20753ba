import type { HostPort, MetricValues } from '@wharf/agent';
import type { KeyStore, PrefixSink, Revision } from '@wharf/etcd-client';
import type { DataState } from './answer/answer-message.ts';
import type { AnswerConfig, DnsServerConfig } from './config.ts';
import type { Listeners } from './io/listeners.ts';
import { udpIos } from './io/start-udp.ts';
import { createServing, type Serving, type ServingOptions } from './serve.ts';
import { lateSink } from './threads/late-sink.ts';
import type { StartThread } from './threads/running-thread.ts';
import { createServingThreads, type ServingThreads } from './threads/serving-threads.ts';
import type { KnownFacts } from './threads/thread-slot.ts';

export interface ServingGroupOptions
  extends Pick<ServingOptions, 'cookieSecrets' | 'hostname' | 'facts' | 'metrics' | 'clock' | 'log' | 'random'> {
  /** The configuration that is in force. */
  readonly inForce: () => DnsServerConfig;
  readonly systemNameservers: readonly HostPort[];
  /** What the other threads are told. */
  readonly known: Omit<KnownFacts, 'answers'>;
  /** Where the other threads ask about leases. */
  readonly store: Pick<KeyStore, 'inspectLease'>;
  readonly startThread: StartThread;
}

/** Whoever answers at the address: this thread, and the others of `-workers`. */
export interface ServingGroup {
  /** Resolves when all of them listen at `listen`; rejects like `Serving.start` and `ServingThreads.start`. */
  start(listen: HostPort): Promise<Listeners>;
  /** Where the other threads are told what the store holds, also before they start. */
  readonly sink: PrefixSink;
  /** Undefined until this thread listens. */
  readonly listeners: Listeners | undefined;
  /** Whether `start` was called. */
  readonly hasStarted: boolean;
  configure(answers: AnswerConfig): void;
  /** What the records are, for the others. */
  setState(state: DataState): void;
  /** Tells the others everything: what is known came from elsewhere than the store. */
  tellAll(revision: Revision): void;
  /** What the others have counted. */
  measure(): Promise<readonly MetricValues[]>;
  /** What this thread asks of other name servers, for `/debug`; null before it starts. */
  describeForwarding(): unknown;
  /** Takes no more queries, and resolves when all that is owed is sent. */
  stop(): Promise<void>;
}

export function createServingGroup(options: ServingGroupOptions): ServingGroup {
  const { inForce, known, metrics } = options;
  let here: Serving | undefined;
  let listeners: Listeners | undefined;
  let others: ServingThreads | undefined;

  const createHere = (listen: HostPort): Serving => {
    const config = { ...inForce(), listen };
    return createServing({ ...options, config, sharing: config.workers > 1 ? 'first' : 'alone' });
  };

  const createOthers = ({ host, port }: Listeners): ServingThreads => {
    const { cookieSecrets, hostname, systemNameservers } = options;
    return createServingThreads({
      ...options,
      count: inForce().workers - 1,
      settings: { cookieSecrets, hostname, systemNameservers, config: { ...inForce(), listen: { host, port } } },
      known: { ...known, answers: () => inForce().answers },
      onServing: (count) => metrics.workers.set(1 + count),
      onLost: () => metrics.lostThreads.inc(),
    });
  };

  return {
    sink: lateSink(() => others),
    get listeners() {
      return listeners;
    },
    get hasStarted() {
      return here !== undefined;
    },
    async start(listen) {
      here = createHere(listen);
      listeners = await here.start();
      for (const io of udpIos) metrics.udpIo.set({ io }, io === listeners.udpIo ? 1 : 0);
      metrics.workers.set(1);
      others = createOthers(listeners);
      await others.start();
      return listeners;
    },
    configure(answers) {
      here?.configure(answers);
      others?.configure(answers);
    },
    setState: (state) => others?.setState(state),
    tellAll: (revision) => others?.tellAll(revision),
    measure: async () => (await others?.measure()) ?? [],
    describeForwarding: () => here?.describeForwarding() ?? null,
    async stop() {
      await Promise.all([here?.stop(), others?.stop()]);
    },
  };
}

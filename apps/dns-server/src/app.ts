import { type Agent, type AgentContext, createMetrics, type HostPort, renderHostPort, sumMetrics } from '@wharf/agent';
import { type FollowStatus, followPrefix, type KeyStore, type PrefixFollower, type Revision } from '@wharf/etcd-client';
import { keyPrefixOf, renderDomain } from '@wharf/record-schema';
import type { DnsServerConfig, SnapshotConfig } from './config.ts';
import { createConfigurationFollower } from './configuration/configuration-follower.ts';
import type { StoredConfiguration } from './configuration/stored-configuration.ts';
import { watchConfiguration } from './configuration/watch-configuration.ts';
import { dataStateOf, readinessReasons } from './data-state.ts';
import type { CookieSecrets } from './edns/cookie-secrets.ts';
import { randomCookieSecrets } from './io/cookie-secrets-file.ts';
import { createLeaseTracker, type LeaseTracker } from './io/lease-tracker.ts';
import type { Listeners } from './io/listeners.ts';
import { readConfiguration } from './io/read-configuration.ts';
import { restoreSnapshot } from './io/restore-snapshot.ts';
import { createSnapshotSaver, type SnapshotSaver } from './io/snapshot-saver.ts';
import { udpIos } from './io/start-udp.ts';
import { startWorker } from './io/start-worker.ts';
import { dnsServerMetrics } from './metrics.ts';
import { createZoneData, type ZoneData } from './records/zone-data.ts';
import { createRejectionReporter } from './report-rejected.ts';
import { createServing, type Serving } from './serve.ts';
import { servingFacts } from './serving-facts.ts';
import { entriesOf } from './threads/entries-of.ts';
import type { StartThread } from './threads/running-thread.ts';
import { createServingThreads, type ServingThreads } from './threads/serving-threads.ts';
import { teeSink } from './threads/tee-sink.ts';

/** What a DNS server works with; the store stays open when it stops, for it may be shared. */
export interface DnsServerDependencies
  extends Pick<AgentContext, 'log' | 'clock' | 'random' | 'registry' | 'hostname'> {
  readonly store: KeyStore;
  /** Secrets of the cookies that clients are given; random when absent. */
  readonly cookieSecrets?: CookieSecrets;
  /** Who is asked about names outside of the domains where the configuration does not say; nobody when absent. */
  readonly systemNameservers?: readonly HostPort[];
  /** What a configuration in the store makes of the server's; absent: none is looked for. */
  readonly configuration?: StoredConfiguration;
  /** Starts one of several threads; a worker thread when absent. */
  readonly startThread?: StartThread;
}

/** Most rejected records that `/debug/rejected` lists. */
const MAX_LISTED_REJECTIONS = 1_000;

/**
 * A DNS server over a given store. Queries are answered from memory alone, whether the store is there or not; `start`
 * rejects with a `ListenError` when the address cannot be had, and for nothing else.
 */
export function createDnsServer(config: DnsServerConfig, dependencies: DnsServerDependencies): Agent {
  const { store, log, clock, random } = dependencies;
  const prefix = keyPrefixOf(config.pathPrefix, []);
  if (!prefix.ok) throw new Error(`the path ${config.pathPrefix} cannot hold records: ${prefix.error}`);
  const metrics = createMetrics(dnsServerMetrics, dependencies.registry);
  const rejections = createRejectionReporter(log);
  let follower: PrefixFollower | undefined;
  let leases: LeaseTracker | undefined;
  let serving: Serving | undefined;
  let threads: ServingThreads | undefined;
  let listeners: Listeners | undefined;
  let snapshotMs: number | undefined;
  let revision: Revision | undefined;
  const restoring = new AbortController();
  const nameSeed = Math.floor(random() * 2 ** 32);

  const data = createZoneData({
    prefix: config.pathPrefix,
    nameSeed,
    onRejected: (key, reason) => rejections.onRejected(key, reason),
    onUpdated(reached) {
      revision = reached;
      rejections.onUpdated();
      metrics.storeRevision.set(reached);
      if (restoring.signal.aborted) saver?.reached(reached);
      metrics.records.set(data.index.size);
      metrics.rejectedRecords.set(data.rejected.size);
      metrics.leases.set(data.leases.size);
    },
    onChanged: (key, record) => saver?.changed(key, record),
    onReplaced() {
      restoring.abort();
      saver?.replaced();
    },
  });

  const configKey = `${prefix.value}config`;
  const stored = dependencies.configuration;
  const domains = () => inForce().answers.domains.map(renderDomain);
  const inForce = (): DnsServerConfig => stored?.server ?? config;
  const configuration =
    stored &&
    createConfigurationFollower({
      stored,
      key: configKey,
      log,
      onRejected: () => metrics.rejectedConfigurations.inc(),
    });
  const onConfiguration = (json: string | undefined): void => {
    if (configuration?.take(json, serving === undefined ? 'start' : 'running') !== true) return;
    saver?.configured();
    serving?.configure(inForce().answers);
    threads?.configure(inForce().answers);
  };
  const watched = watchConfiguration(data, configKey, onConfiguration);

  const origin = { pathPrefix: config.pathPrefix };
  const saver: SnapshotSaver | undefined =
    config.snapshot &&
    createSnapshotSaver({
      ...config.snapshot,
      origin,
      records: () => data.index.records(),
      configuration: () => {
        const value = configuration?.json;
        return value === undefined ? undefined : { key: configKey, value };
      },
      clock,
      log,
      onSaved({ currentMs }) {
        metrics.snapshots.inc({ outcome: 'written' });
        metrics.snapshotTime.set(currentMs / 1_000);
      },
      onFailed: () => metrics.snapshots.inc({ outcome: 'failed' }),
    });

  const dataState = () => dataStateOf(follower?.status(), snapshotMs);

  const showState = (): void => {
    const current = dataState();
    for (const state of ['loading', 'current', 'stale']) metrics.dataState.set({ state }, state === current ? 1 : 0);
    threads?.setState(current);
  };

  const onStatus = (status: FollowStatus): void => {
    saver?.following(status.state === 'following');
    showState();
  };

  const restore = async (snapshot: SnapshotConfig, source: Pick<ZoneData, 'restore'>): Promise<void> => {
    const into = { restore: () => source.restore(), count: () => data.index.size };
    const moment = await restoreSnapshot({ ...snapshot, origin, into, signal: restoring.signal, clock, log });
    if (moment === undefined) return;
    snapshotMs = moment.currentMs;
    metrics.snapshotTime.set(moment.currentMs / 1_000);
    threads?.tellAll(moment.revision);
    showState();
  };

  /** What the threads have in common. */
  const shared = {
    cookieSecrets: dependencies.cookieSecrets ?? randomCookieSecrets(),
    hostname: dependencies.hostname,
    systemNameservers: dependencies.systemNameservers ?? [],
  };

  const createServer = (): Serving =>
    createServing({
      ...shared,
      config: inForce(),
      facts: servingFacts({ data, nameSeed, state: dataState, leases: () => leases, clock }),
      sharing: inForce().workers > 1 ? 'first' : 'alone',
      clock,
      log,
      random,
      metrics,
    });

  const createThreads = ({ host, port }: Listeners): ServingThreads =>
    createServingThreads({
      count: inForce().workers - 1,
      settings: { ...shared, config: { ...inForce(), listen: { host, port } } },
      known: {
        entries: () => entriesOf(data.index.records()),
        revision: () => revision,
        state: dataState,
        answers: () => inForce().answers,
      },
      store,
      startThread: dependencies.startThread ?? startWorker,
      clock,
      log,
      random,
      onServing: (count) => metrics.workers.set(1 + count),
      onLost: () => metrics.lostThreads.inc(),
    });

  /** Before anything is answered: where to listen and which domains are ours may be said in the store. */
  const prepare = async (stopAsked: AbortSignal | undefined): Promise<void> => {
    const said =
      configuration === undefined
        ? undefined
        : await readConfiguration({ store, key: configKey, clock, log, signal: stopAsked });
    if (said?.type === 'read') onConfiguration(said.json);
    if (config.snapshot === undefined) return;
    if (said?.type !== 'away') void restore(config.snapshot, data);
    // A server that is told where to listen must not listen elsewhere because the store is away.
    else await restore(config.snapshot, watched);
  };

  return {
    async start(stopAsked) {
      showState();
      await prepare(stopAsked);
      if (stopAsked?.aborted === true) return;
      serving = createServer();
      listeners = await serving.start();
      metrics.workers.set(1);
      threads = createThreads(listeners);
      await threads.start();
      follower = followPrefix(store, prefix.value, teeSink(watched.sink, threads), { clock, log, random, onStatus });
      leases = createLeaseTracker({ store, clock, log, leases: () => data.leases.keys() });
      const address = renderHostPort({ host: listeners.host, port: listeners.port });
      const { udpIo } = listeners;
      for (const io of udpIos) metrics.udpIo.set({ io }, io === udpIo ? 1 : 0);
      log.info({ address, udpIo, domains: domains(), store: store.description }, 'queries are answered');
    },
    async stop() {
      await Promise.all([serving?.stop(), threads?.stop()]);
      leases?.stop();
      follower?.stop();
      restoring.abort();
      await saver?.stop();
    },
    exposition: sumMetrics(dependencies.registry, async () => (await threads?.measure()) ?? []),
    readiness: () => readinessReasons(store.description, follower?.status(), snapshotMs),
    debug: {
      status: () => ({ state: dataState(), store: store.description, ...follower?.status() }),
      zone: () => ({
        domains: domains(),
        address: listeners === undefined ? null : renderHostPort(listeners),
        udpIo: listeners?.udpIo ?? null,
        udpAddresses: listeners?.udpAddresses() ?? [],
        records: data.index.size,
        rejected: data.rejected.size,
        leases: data.leases.size,
        configuration: stored?.describe() ?? null,
      }),
      forwarding: () => serving?.describeForwarding() ?? null,
      rejected: () => Object.fromEntries([...data.rejected].slice(0, MAX_LISTED_REJECTIONS)),
    },
  };
}

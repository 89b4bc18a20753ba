import { type Agent, type AgentContext, createMetrics, type HostPort, renderHostPort, sumMetrics } from '@wharf/agent';
import type { KeyStore } from '@wharf/etcd-client';
import { keyPrefixOf, renderDomain } from '@wharf/record-schema';
import type { DataState } from './answer/answer-message.ts';
import type { DnsServerConfig } from './config.ts';
import { type ConfigurationFollower, createConfigurationFollower } from './configuration/configuration-follower.ts';
import type { StoredConfiguration } from './configuration/stored-configuration.ts';
import { watchConfiguration } from './configuration/watch-configuration.ts';
import { dataStateOf, readinessReasons } from './data-state.ts';
import type { CookieSecrets } from './edns/cookie-secrets.ts';
import { randomCookieSecrets } from './io/cookie-secrets-file.ts';
import { listenAddress } from './io/listen-address.ts';
import { readConfiguration } from './io/read-configuration.ts';
import { startWorker } from './io/start-worker.ts';
import { createKeptRecords, type KeptRecords } from './kept-records.ts';
import { createKnownGate, type KnownGate } from './known-gate.ts';
import { dnsServerMetrics } from './metrics.ts';
import type { ZoneData } from './records/zone-data.ts';
import { servingFacts } from './serving-facts.ts';
import { createServingGroup, type ServingGroup } from './serving-group.ts';
import { createStoreFollowing, type StoreFollowing } from './store-following.ts';
import { entriesOf } from './threads/entries-of.ts';
import type { StartThread } from './threads/running-thread.ts';
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
 * rejects with a `ListenError` when the address cannot be had, with another error when a thread of its own ends before it
 * listens, and for nothing else.
 */
export function createDnsServer(config: DnsServerConfig, dependencies: DnsServerDependencies): Agent {
  const { store, clock, log, registry } = dependencies;
  const parts = createParts(config, dependencies);
  const { records, group, following, configuration } = parts;

  const restore = async (into: Pick<ZoneData, 'restore'>): Promise<void> => {
    const moment = await records.restore(into);
    if (moment === undefined) return;
    group.tellAll(moment.revision);
    parts.showState();
  };

  /** Before anything is answered: where to listen and which domains are ours may be said in the store. */
  const prepare = async (signal: AbortSignal | undefined): Promise<void> => {
    const { configKey: key } = parts;
    const said = configuration && (await readConfiguration({ store, key, clock, log, signal }));
    if (said?.type === 'read') parts.onConfiguration(said.json);
    // A server that is told where to listen must not listen elsewhere because the store is away.
    if (said?.type === 'away') await restore(parts.watched);
    else void restore(records.data);
  };

  return {
    async start(stopAsked) {
      parts.showState();
      await prepare(stopAsked);
      const follow = (): void => following.start(teeSink(parts.watched.sink, group.sink));
      const { reusePort } = parts.inForce();
      if (reusePort) {
        // Others at the address may know the records: it must not take questions from them that it cannot answer.
        follow();
        await parts.known.passed(stopAsked);
      }
      if (stopAsked?.aborted === true) return;
      // The records may have come with a configuration that says where.
      const listen = await listenAddress(parts.inForce());
      const listeners = await group.start(listen);
      if (!reusePort) follow();
      const { udpIo } = listeners;
      const address = renderHostPort(listeners);
      log.info({ address, udpIo, domains: parts.domains(), store: store.description }, 'queries are answered');
    },
    async stop() {
      await group.stop();
      following.stop();
      await records.stop();
    },
    exposition: sumMetrics(registry, () => group.measure()),
    readiness: () => readinessReasons(store.description, following.status(), records.snapshotMs()),
    debug: debugPages(parts, dependencies),
  };
}

/** What a server is made of, each part told of the others. */
interface Parts {
  readonly records: KeptRecords;
  /** The records, with an eye on the configuration among them. */
  readonly watched: ReturnType<typeof watchConfiguration>;
  readonly following: StoreFollowing;
  readonly group: ServingGroup;
  /** Undefined when no configuration is looked for in the store. */
  readonly configuration: ConfigurationFollower | undefined;
  /** Where the store has one. */
  readonly configKey: string;
  readonly onConfiguration: (json: string | undefined) => void;
  /** Passed when there are records. */
  readonly known: KnownGate;
  /** Those that are in force, as text. */
  readonly domains: () => readonly string[];
  /** The configuration that is in force. */
  readonly inForce: () => DnsServerConfig;
  readonly state: () => DataState;
  /** Tells metrics and threads what the records are. */
  readonly showState: () => void;
}

function createParts(config: DnsServerConfig, dependencies: DnsServerDependencies): Parts {
  const { store, clock, log, random, hostname, cookieSecrets = randomCookieSecrets() } = dependencies;
  const { configuration: stored, systemNameservers = [], startThread = startWorker } = dependencies;
  const prefix = keyPrefixOf(config.pathPrefix, []);
  if (!prefix.ok) throw new Error(`the path ${config.pathPrefix} cannot hold records: ${prefix.error}`);
  const configKey = `${prefix.value}config`;
  const nameSeed = Math.floor(random() * 2 ** 32);
  const metrics = createMetrics(dnsServerMetrics, dependencies.registry);
  const onRejected = (): void => metrics.rejectedConfigurations.inc();
  const configuration = stored && createConfigurationFollower({ stored, key: configKey, log, onRejected });
  const inForce = (): DnsServerConfig => stored?.server ?? config;

  const records = createKeptRecords({
    config,
    nameSeed,
    configuration: () => {
      const value = configuration?.json;
      return value === undefined ? undefined : { key: configKey, value };
    },
    metrics,
    clock,
    log,
  });
  const { data } = records;
  const known = createKnownGate(clock);

  const state = (): DataState => dataStateOf(following.status(), records.snapshotMs());
  const showState = (): void => {
    const current = state();
    for (const each of ['loading', 'current', 'stale'])
      metrics.dataState.set({ state: each }, each === current ? 1 : 0);
    group.setState(current);
    known.saw(current);
  };
  const following = createStoreFollowing({
    store,
    prefix: prefix.value,
    leases: () => data.leases.keys(),
    onStatus(status) {
      records.following(status.state === 'following');
      showState();
    },
    clock,
    log,
    random,
  });

  const group = createServingGroup({
    inForce,
    facts: servingFacts({ data, nameSeed, state, leases: () => following.leases(), clock }),
    known: { entries: () => entriesOf(data.index.records()), revision: () => records.revision(), state },
    store,
    cookieSecrets,
    hostname,
    systemNameservers,
    startThread,
    metrics,
    clock,
    log,
    random,
  });

  const onConfiguration = (json: string | undefined): void => {
    if (configuration?.take(json, group.hasStarted ? 'running' : 'start') !== true) return;
    records.configured();
    group.configure(inForce().answers);
  };
  const watched = watchConfiguration(data, configKey, onConfiguration);
  const domains = (): readonly string[] => inForce().answers.domains.map(renderDomain);
  return {
    records,
    watched,
    following,
    group,
    configuration,
    configKey,
    onConfiguration,
    known,
    domains,
    inForce,
    state,
    showState,
  };
}

function debugPages(
  { records, group, following, domains, state }: Parts,
  { store, configuration }: DnsServerDependencies,
): Agent['debug'] {
  const { data } = records;
  return {
    status: () => ({ state: state(), store: store.description, ...following.status() }),
    zone: () => ({
      domains: domains(),
      address: group.listeners === undefined ? null : renderHostPort(group.listeners),
      udpIo: group.listeners?.udpIo ?? null,
      udpAddresses: group.listeners?.udpAddresses() ?? [],
      records: data.index.size,
      rejected: data.rejected.size,
      leases: data.leases.size,
      configuration: configuration?.describe() ?? null,
    }),
    forwarding: () => group.describeForwarding(),
    rejected: () => Object.fromEntries([...data.rejected].slice(0, MAX_LISTED_REJECTIONS)),
  };
}

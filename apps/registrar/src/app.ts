import { type Agent, type AgentContext, createMetrics, sleep } from '@wharf/agent';
import { type ContainerChange, type DockerEngine, type Follower, followContainers } from '@wharf/docker-watcher';
import type { RegistrarConfig } from './config.ts';
import { errorFields } from './io/error-fields.ts';
import {
  findHostAddresses,
  type HostAddresses,
  type HostAddressSources,
  hostAddressSources,
  toHost,
} from './io/host-address.ts';
import { reachRegistry } from './io/reach-registry.ts';
import { registrarMetrics } from './metrics.ts';
import type { Registry, SyncReport } from './registries/registry.ts';
import { describeContainer, describeServices, engineReasons } from './report.ts';
import { familiesToFind } from './services/address-family.ts';
import { createContainerBook } from './sync/container-book.ts';
import { exitCodeOf } from './sync/deregister-rule.ts';
import { createSkipReporter } from './sync/skip-reporter.ts';

/** What a registrar works with; the engine stays open when it stops, for it may be shared. */
export interface RegistrarDependencies extends Pick<AgentContext, 'log' | 'clock' | 'random' | 'registry'> {
  /** Where services are announced; not started yet. */
  readonly services: Registry;
  readonly engine: DockerEngine;
  /** Where the host's own addresses are learnt from; this machine's resolver and routes when absent. */
  readonly addresses?: HostAddressSources;
}

/**
 * A registrar over a given registry and engine. Events of the engine only say "look again": what should be registered
 * follows from the containers alone, and is compared with what is there.
 */
export function createRegistrar(config: RegistrarConfig, dependencies: RegistrarDependencies): Agent {
  const { services, engine, log, clock, random } = dependencies;
  const addresses = dependencies.addresses ?? hostAddressSources(clock);
  const metrics = createMetrics(registrarMetrics, dependencies.registry);
  const book = createContainerBook(
    { name: config.host, addresses: {} },
    { rules: config, layout: services.layout, deregister: config.deregister },
  );
  const skips = createSkipReporter(log);
  const stopping = new AbortController();
  let hostAddresses: HostAddresses = {};
  let follower: Follower | undefined;
  let duplicates = 0;
  let gaps = 0;
  let cancelExpiry = (): unknown => undefined;

  const desired = (): ReadonlyMap<string, string> | undefined => {
    const wanted = book.desired(clock.monotonicMs());
    if (wanted === undefined) return undefined;
    duplicates = wanted.duplicates.length;
    skips.reportDuplicates(wanted.duplicates);
    metrics.services.set(wanted.records.size);
    return wanted.records;
  };

  const onSynced = ({ scope, applied }: SyncReport): void => {
    metrics.syncs.inc({ scope, outcome: 'ok' });
    metrics.conflicts.set(services.conflicts().length + duplicates);
    if (scope === 'everything') metrics.lastFullSync.set(clock.wallMs() / 1000);
    for (const { type, key } of applied) {
      metrics.operations.inc({ kind: type });
      log.info({ key }, type === 'put' ? 'registered' : 'deregistered');
    }
  };

  const onContainersSeen = (): void => {
    const parts = book.parts();
    skips.reportParts(parts);
    metrics.containers.set(book.running());
    metrics.skippedPorts.set(parts.reduce((sum, { skipped }) => sum + skipped.length, 0));
    services.request('changes');
    scheduleExpiry();
  };

  /** Records that outlive a container which failed go by themselves, with no event to say so. */
  const scheduleExpiry = (): void => {
    cancelExpiry();
    const nowMs = clock.monotonicMs();
    const atMs = book.nextExpiryMs(nowMs);
    if (atMs !== undefined) cancelExpiry = clock.schedule(atMs - nowMs, onContainersSeen);
  };

  const onChange = ({ id, container, attributes }: ContainerChange): void => {
    book.update({ id, container, exitCode: exitCodeOf(attributes) }, clock.monotonicMs());
    onContainersSeen();
  };

  const refreshHostAddresses = async (): Promise<void> => {
    hostAddresses = await findHostAddresses(config.host, familiesToFind(config), hostAddresses, addresses);
    book.setHost(toHost(config.host, hostAddresses));
  };

  const resync = async (): Promise<void> => {
    if (config.resyncSeconds === 0) return;
    while (!stopping.signal.aborted) {
      await sleep(clock, config.resyncSeconds * 1000, stopping.signal);
      if (stopping.signal.aborted) return;
      await refreshHostAddresses();
      follower?.refresh();
      services.request('everything');
    }
  };

  return {
    async start(stopAsked) {
      if (config.retryAttempts >= 0) {
        const signal = stopAsked ?? stopping.signal;
        await reachRegistry(services, { ...config, clock, log, signal });
        if (signal.aborted) return;
      }
      await refreshHostAddresses();
      services.start({
        desired,
        onSynced,
        onFailed(error, scope) {
          metrics.syncs.inc({ scope, outcome: 'failed' });
          log.warn(errorFields(error), 'the records could not be brought up to date: trying again');
        },
        onHeld: () => metrics.leaseSince.set(clock.wallMs() / 1000),
        onLost() {
          metrics.leaseSince.set(0);
          metrics.leaseLosses.inc();
        },
      });
      follower = followContainers(
        engine,
        {
          onSnapshot(containers) {
            book.replaceAll(containers, clock.monotonicMs());
            onContainersSeen();
          },
          onChange,
          onStatus(status) {
            metrics.eventGaps.inc(status.gaps - gaps);
            gaps = status.gaps;
          },
        },
        { clock, log, random },
      );
      void resync();
    },
    async stop() {
      stopping.abort();
      cancelExpiry();
      follower?.stop();
      await services.stop(config.onStop);
    },
    readiness: () => [...engineReasons(engine.description, follower?.status()), ...services.readiness()],
    debug: {
      containers: () => book.parts().map(describeContainer),
      services: () => book.parts().flatMap(describeServices),
      conflicts: () => services.conflicts(),
      registry: () => services.debug(),
    },
  };
}

import { type Agent, type AgentContext, createMetrics, sleep } from '@wharf/agent';
import {
  type Container,
  type ContainerChange,
  type ContainerEvent,
  type DockerEngine,
  exitCodeOf,
  type Follower,
  followContainers,
} from '@wharf/docker-watcher';
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
import type { DuplicateKey } from './records/merge-records.ts';
import type { Registry, SyncReport } from './registries/registry.ts';
import { describeContainer, describeDuplicate, describeServices, engineReasons } from './report.ts';
import { familiesToFind } from './services/address-family.ts';
import { type ContainerSighting, createContainerBook } from './sync/container-book.ts';
import { createEventDelays } from './sync/event-delays.ts';
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
 * follows from the containers alone, and is compared with what is there. That a container has ended, or was asked to,
 * is acted upon before anybody has looked.
 */
export function createRegistrar(config: RegistrarConfig, dependencies: RegistrarDependencies): Agent {
  const { services, engine, log, clock, random } = dependencies;
  const addresses = dependencies.addresses ?? hostAddressSources(clock);
  const metrics = createMetrics(registrarMetrics, dependencies.registry);
  const book = createContainerBook(
    { name: config.host, addresses: {} },
    { rules: config, layout: services.layout, deregister: config.deregister, drainSeconds: config.drainSeconds },
  );
  const delays = createEventDelays();
  const skips = createSkipReporter(log);
  const stopping = new AbortController();
  let hostAddresses: HostAddresses = {};
  let follower: Follower | undefined;
  let duplicates: readonly DuplicateKey[] = [];
  let gaps = 0;
  let cancelNextChange = (): unknown => undefined;

  const onSynced = ({ scope, applied }: SyncReport): void => {
    const wallMs = clock.wallMs();
    metrics.syncs.inc({ scope, outcome: 'ok' });
    reportConflicts();
    metrics.lastSync.set(wallMs / 1000);
    if (scope === 'everything') metrics.lastFullSync.set(wallMs / 1000);
    for (const { type, key } of applied) {
      metrics.operations.inc({ kind: type });
      log.info({ key }, type === 'put' ? 'registered' : 'deregistered');
      const delaySeconds = delays.end(key, wallMs);
      if (delaySeconds !== undefined) metrics.eventDelay.observe({ kind: type }, delaySeconds);
    }
    if (scope === 'everything') delays.clear();
  };

  const reportConflicts = (): void => metrics.conflicts.set(services.conflicts().length + duplicates.length);

  /** @param event what it was that changed the book, if it was an event */
  const onBookChanged = (event?: ContainerEvent): void => {
    const nowMs = clock.monotonicMs();
    const { keys, containers } = book.takeChanges(nowMs);
    if (keys.size > 0) {
      if (event !== undefined) delays.begin(keys, event.timeNano);
      services.request('changes', keys);
    }
    scheduleNextChange(nowMs);
    report(nowMs, containers);
  };

  const report = (nowMs: number, containers: ReadonlySet<string>): void => {
    for (const id of containers) skips.reportPart(id, book.part(id));
    const { running, draining, skippedPorts } = book.counts();
    metrics.containers.set(running);
    metrics.draining.set(draining);
    metrics.skippedPorts.set(skippedPorts);
    const wanted = book.desired(nowMs);
    if (wanted === undefined) return;
    duplicates = wanted.duplicates;
    skips.reportDuplicates(duplicates);
    reportConflicts();
    metrics.services.set(wanted.records.size);
  };

  /** What runs out, such as the time to drain, runs out with no event to say so. */
  const scheduleNextChange = (nowMs: number): void => {
    cancelNextChange();
    const atMs = book.nextChangeMs(nowMs);
    cancelNextChange = atMs === undefined ? () => undefined : clock.schedule(atMs - nowMs, () => onBookChanged());
  };

  /** What an event says by itself is acted upon before the container has been looked at. */
  const onEvent = (event: ContainerEvent, container: Container | undefined): void => {
    const nowMs = clock.monotonicMs();
    const { action } = event;
    if (action === 'die' || action === 'destroy') book.update(sightingOf(event, container), nowMs);
    else if (action === 'kill') book.heed(event, nowMs);
    else return;
    onBookChanged(event);
  };

  const onChange = (change: ContainerChange): void => {
    const nowMs = clock.monotonicMs();
    book.update(sightingOf(change, change.container), nowMs);
    book.heed(change, nowMs);
    onBookChanged(change);
  };

  const refreshHostAddresses = async (): Promise<void> => {
    const wanted = { hostname: config.host, families: familiesToFind(config), addressIn: config.addressIn };
    hostAddresses = await findHostAddresses(wanted, hostAddresses, addresses);
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
        desired: () => book.desired(clock.monotonicMs())?.records,
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
            const isFirst = book.desired(clock.monotonicMs()) === undefined;
            book.replaceAll(containers, clock.monotonicMs());
            if (isFirst) services.request('everything');
            onBookChanged();
          },
          onEvent,
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
      cancelNextChange();
      follower?.stop();
      await services.stop(config.onStop);
    },
    readiness: () => [...engineReasons(engine.description, follower?.status()), ...services.readiness()],
    debug: {
      containers: () => book.parts().map(describeContainer),
      services: () => book.parts().flatMap(describeServices),
      conflicts: () => [...services.conflicts(), ...duplicates.map(describeDuplicate)],
      registry: () => services.debug(),
    },
  };
}

/** Podman's other events tell of an exit code as well, which is none. */
function sightingOf({ id, action, attributes }: ContainerEvent, container: Container | undefined): ContainerSighting {
  return { id, container, exitCode: action === 'die' ? exitCodeOf(attributes) : undefined };
}

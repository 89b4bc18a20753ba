import { randomUUID } from 'node:crypto';
import { type Agent, type AgentContext, createMetrics, sleep } from '@wharf/agent';
import { type ContainerChange, type DockerEngine, type Follower, followContainers } from '@wharf/docker-watcher';
import type { KeyStore } from '@wharf/etcd-client';
import type { RegistrarConfig } from './config.ts';
import { readBootId } from './io/boot-id.ts';
import { errorFields } from './io/error-fields.ts';
import { findHostAddress, type HostAddress, type HostAddressSources, hostAddressSources } from './io/host-address.ts';
import { createOwnership, type Ownership } from './io/ownership.ts';
import { reachStore } from './io/reach-store.ts';
import { createSyncLoop, type SyncReport } from './io/sync-loop.ts';
import { registrarMetrics } from './metrics.ts';
import { claimKey } from './ownership/claim.ts';
import { createSkydnsLayout } from './records/skydns-layout.ts';
import { describeContainer, describeServices, readinessReasons } from './report.ts';
import { createContainerBook } from './sync/container-book.ts';
import { exitCodeOf } from './sync/deregister-rule.ts';
import { createSkipReporter } from './sync/skip-reporter.ts';

/** What a registrar works with; store and engine stay open when it stops, for they may be shared. */
export interface RegistrarDependencies extends Pick<AgentContext, 'log' | 'clock' | 'random' | 'registry'> {
  readonly store: KeyStore;
  readonly engine: DockerEngine;
  /** Tells this process from others with the same host name; made up when absent. */
  readonly identity?: { readonly instance: string; readonly bootId: string };
  /** Where the host's own address is learnt from; this machine's resolver and routes when absent. */
  readonly addresses?: HostAddressSources;
}

/**
 * A registrar over a given store and engine. Events of the engine only say "look again": what should be in the store
 * follows from the containers alone, and is compared with what is there.
 */
export function createRegistrar(config: RegistrarConfig, dependencies: RegistrarDependencies): Agent {
  const { store, engine, log, clock, random } = dependencies;
  const { instance, bootId } = dependencies.identity ?? { instance: randomUUID(), bootId: readBootId() };
  const addresses = dependencies.addresses ?? hostAddressSources(clock);
  const metrics = createMetrics(registrarMetrics, dependencies.registry);
  const claim = claimKey(config.host);
  const tools = { store, claimKey: claim, clock, log, random };
  const book = createContainerBook(
    { name: config.host, address: undefined },
    { rules: config, layout: createSkydnsLayout(config.domain), deregister: config.deregister },
  );
  const skips = createSkipReporter(log);
  const stopping = new AbortController();
  let hostAddress: HostAddress | undefined;
  let follower: Follower | undefined;
  let ownership: Ownership | undefined;
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
    metrics.conflicts.set(loop.conflicts().length + duplicates);
    if (scope === 'everything') metrics.lastFullSync.set(clock.wallMs() / 1000);
    for (const { type, key } of applied) {
      metrics.operations.inc({ kind: type });
      log.info({ key }, type === 'put' ? 'registered' : 'deregistered');
    }
  };

  const loop = createSyncLoop({
    ...tools,
    desired,
    onSynced,
    ownership: {
      current: () => ownership?.current(),
      suspect: (tenure) => ownership?.suspect(tenure),
      yieldTo: (tenure) => ownership?.yieldTo(tenure),
    },
    onFailed(error, scope) {
      metrics.syncs.inc({ scope, outcome: 'failed' });
      log.warn(errorFields(error), 'the records could not be brought up to date: trying again');
    },
  });

  const onContainersSeen = (): void => {
    const parts = book.parts();
    skips.reportParts(parts);
    metrics.containers.set(book.running());
    metrics.skippedPorts.set(parts.reduce((sum, { skipped }) => sum + skipped.length, 0));
    loop.request('changes');
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

  const refreshHostAddress = async (): Promise<void> => {
    if (config.ip !== undefined) return;
    hostAddress = await findHostAddress(config.host, hostAddress, addresses);
    book.setHost({ name: config.host, address: hostAddress?.address });
  };

  const resync = async (): Promise<void> => {
    if (config.resyncSeconds === 0) return;
    while (!stopping.signal.aborted) {
      await sleep(clock, config.resyncSeconds * 1000, stopping.signal);
      if (stopping.signal.aborted) return;
      await refreshHostAddress();
      follower?.refresh();
      loop.request('everything');
    }
  };

  const claimHost = (): Ownership =>
    createOwnership({
      ...tools,
      self: { instance, bootId, ttlSeconds: config.ttlSeconds, released: false },
      onHeld() {
        metrics.leaseSince.set(clock.wallMs() / 1000);
        loop.request('everything');
      },
      onLost() {
        metrics.leaseSince.set(0);
        metrics.leaseLosses.inc();
      },
      onStoreBack: () => loop.request('everything'),
    });

  return {
    async start(stopAsked) {
      if (config.retryAttempts >= 0) {
        const signal = stopAsked ?? stopping.signal;
        await reachStore(store, claim, { ...config, clock, log, signal });
        if (signal.aborted) return;
      }
      await refreshHostAddress();
      ownership = claimHost();
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
      await loop.stop();
      await ownership?.stop(config.onStop);
    },
    readiness: () =>
      readinessReasons({
        engine: { description: engine.description, status: follower?.status() },
        store: { description: store.description, linkReason: ownership?.status().linkReason },
        ownership: ownership?.status(),
        failure: loop.failure(),
        hasSynced: loop.hasSynced(),
      }),
    debug: {
      containers: () => book.parts().map(describeContainer),
      services: () => book.parts().flatMap(describeServices),
      conflicts: () => loop.conflicts(),
      lease: () => ownership?.status() ?? null,
    },
  };
}

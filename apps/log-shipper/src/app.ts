import type { Writable } from 'node:stream';
import { type Agent, type AgentContext, createMetrics } from '@wharf/agent';
import {
  type Container,
  type ContainerListener,
  type DockerEngine,
  type Follower,
  followContainers,
} from '@wharf/docker-watcher';
import { forgetfulStore } from './checkpoints/checkpoint-store.ts';
import type { LogShipperConfig } from './config.ts';
import { skipReason } from './containers/skip-reason.ts';
import { type Lookup, systemLookup } from './io/lookup.ts';
import { createReaderChoice } from './io/reader-choice.ts';
import { createRouteMeter } from './io/route-meter.ts';
import { createRoutePipeline } from './io/route-pipeline.ts';
import { metrics } from './metrics.ts';
import { routeSettings } from './routes/route-settings.ts';

/** What a log shipper works with, besides the context of every agent. */
export interface LogShipperDependencies extends AgentContext {
  /** Stays open when the shipper stops: whoever made it closes it. */
  readonly engine: DockerEngine;
  /** Where routes to `stdout:` print; this process's standard output when absent. */
  readonly output?: Writable;
  /** How receivers' names are resolved; as the host does when absent. */
  readonly lookup?: Lookup;
  /** Stands for every container's own host name in syslog messages. */
  readonly syslogHostname?: string;
  /** The container that the shipper itself runs in, whose output it never ships; told by the host name when absent. */
  readonly ownContainerId?: string | undefined;
}

/** How long queued messages may take to be sent once the shipper stops: half of what an agent has for its stop. */
const DRAIN_MS = 5_000;

/** Ships what containers print, by every route of `config`, from `start` to `stop`. */
export function createLogShipper(config: LogShipperConfig, dependencies: LogShipperDependencies): Agent {
  const { engine, clock, random, hostname, registry } = dependencies;
  const log = dependencies.log.child({ component: 'log-shipper' });
  const meters = createMetrics(metrics, registry);
  const chooseReader = createReaderChoice(engine, config, clock);
  const pipelines = config.routes.map((route) =>
    createRoutePipeline(route, routeSettings(config, route), config, {
      engine,
      chooseReader,
      checkpoints: forgetfulStore(),
      clock,
      random,
      log,
      meter: createRouteMeter(meters, route.uri),
      lookup: dependencies.lookup ?? systemLookup,
      output: dependencies.output ?? process.stdout,
      syslogHostname: dependencies.syslogHostname ?? '',
    }),
  );
  const { allowTty, excludedLabels } = config;
  const skipRules = { allowTty, excludedLabels, hostname, ownContainerId: dependencies.ownContainerId };
  let follower: Follower | undefined;
  /** Those of the first snapshot: what they printed before the shipper started is not its business. */
  let firstContainers: ReadonlySet<string> | undefined;
  const known = new Set<string>();

  const consider = (container: Container): void => {
    known.add(container.id);
    if (skipReason(container, skipRules) !== undefined) return;
    const origin = firstContainers?.has(container.id) === true ? 'existing' : 'new';
    for (const pipeline of pipelines) pipeline.consider(container, origin);
  };
  const forget = (id: string): void => {
    known.delete(id);
    for (const pipeline of pipelines) pipeline.forget(id);
  };

  const listener: ContainerListener = {
    onSnapshot(containers) {
      firstContainers ??= new Set(containers.keys());
      for (const id of known) if (!containers.has(id)) forget(id);
      for (const container of containers.values()) consider(container);
    },
    onChange({ id, action, container }) {
      if (container !== undefined) consider(container);
      if (action === 'destroy') forget(id);
    },
    onStatus: ({ gaps }) => meters.eventGaps.set(gaps),
  };

  return {
    async start() {
      for (const pipeline of pipelines) pipeline.start();
      follower = followContainers(engine, listener, { clock, log, random });
    },
    async stop() {
      follower?.stop();
      const giveUp = new AbortController();
      const cancel = clock.schedule(DRAIN_MS, () => giveUp.abort());
      await Promise.all(pipelines.map((pipeline) => pipeline.stop(giveUp.signal)));
      cancel();
    },
    readiness() {
      const routes = pipelines.flatMap(({ route, trouble }) =>
        trouble === undefined ? [] : [`route ${route.uri}: ${trouble}`],
      );
      return [...engineTrouble(engine, follower), ...routes];
    },
    debug: {
      routes: () => pipelines.map((pipeline) => pipeline.debug()),
      containers: () =>
        [...(follower?.containers().values() ?? [])].map((container) => ({
          id: container.id,
          name: container.name,
          image: container.image,
          skipped: skipReason(container, skipRules) ?? null,
          routes: pipelines.filter((pipeline) => pipeline.isAttached(container.id)).map(({ route }) => route.uri),
        })),
    },
  };
}

function engineTrouble(engine: DockerEngine, follower: Follower | undefined): readonly string[] {
  const status = follower?.status();
  if (status?.phase === 'following') return [];
  return [`engine ${engine.description}: ${status?.error?.message ?? 'not connected yet'}`];
}

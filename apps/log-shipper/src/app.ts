import type { Writable } from 'node:stream';
import { type Agent, type AgentContext, createMetrics } from '@wharf/agent';
import { type ContainerListener, type DockerEngine, type Follower, followContainers } from '@wharf/docker-watcher';
import { forgetfulStore } from './checkpoints/checkpoint-store.ts';
import type { LogShipperConfig } from './config.ts';
import { skipReason } from './containers/skip-reason.ts';
import { type Lookup, systemLookup } from './io/lookup.ts';
import { createPipelineSet } from './io/pipeline-set.ts';
import { createReaderChoice } from './io/reader-choice.ts';
import { routeEnd } from './io/route-end.ts';
import { createRouteMeter } from './io/route-meter.ts';
import { createRoutePipeline, type RoutePipeline } from './io/route-pipeline.ts';
import { metrics } from './metrics.ts';
import type { Route } from './routes/route.ts';
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
  const { allowTty, excludedLabels } = config;
  const skipRules = { allowTty, excludedLabels, hostname, ownContainerId: dependencies.ownContainerId };
  const pipelines = createPipelineSet((container) => skipReason(container, skipRules) === undefined);
  const end = {
    clock,
    random,
    log,
    host: dependencies.syslogHostname || hostname,
    output: dependencies.output ?? process.stdout,
    syslogHostname: dependencies.syslogHostname ?? '',
  };
  const createPipeline = (route: Route): RoutePipeline => {
    const settings = routeSettings(config, route);
    const meter = createRouteMeter(meters, route.uri);
    return createRoutePipeline(route, routeEnd(route, settings, config, { ...end, meter }), settings.stages, config, {
      engine,
      chooseReader,
      checkpoints: forgetfulStore(),
      clock,
      random,
      log,
      meter,
      lookup: dependencies.lookup ?? systemLookup,
    });
  };
  for (const route of config.routes) pipelines.add(createPipeline(route));
  let follower: Follower | undefined;
  const listener: ContainerListener = {
    ...pipelines.listener,
    onStatus: ({ gaps }) => meters.eventGaps.set(gaps),
  };

  return {
    async start() {
      pipelines.start();
      follower = followContainers(engine, listener, { clock, log, random });
    },
    async stop() {
      follower?.stop();
      const giveUp = new AbortController();
      const cancel = clock.schedule(DRAIN_MS, () => giveUp.abort());
      await pipelines.stop(giveUp.signal);
      cancel();
    },
    readiness() {
      const routes = pipelines.all.flatMap(({ uri, trouble }) =>
        trouble === undefined ? [] : [`route ${uri}: ${trouble}`],
      );
      return [...engineTrouble(engine, follower), ...routes];
    },
    debug: {
      routes: () => pipelines.all.map((pipeline) => pipeline.debug()),
      containers: () =>
        [...(follower?.containers().values() ?? [])].map((container) => ({
          id: container.id,
          name: container.name,
          image: container.image,
          skipped: skipReason(container, skipRules) ?? null,
          routes: pipelines.all.filter((pipeline) => pipeline.isAttached(container.id)).map(({ uri }) => uri),
        })),
    },
  };
}

function engineTrouble(engine: DockerEngine, follower: Follower | undefined): readonly string[] {
  const status = follower?.status();
  if (status?.phase === 'following') return [];
  return [`engine ${engine.description}: ${status?.error?.message ?? 'not connected yet'}`];
}

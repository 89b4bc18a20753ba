import type { Writable } from 'node:stream';
import { type Agent, type AgentContext, createMetrics, Registry } from '@wharf/agent';
import {
  type Container,
  type ContainerListener,
  type DockerEngine,
  type Follower,
  followContainers,
} from '@wharf/docker-watcher';
import type { LogShipperConfig } from './config.ts';
import { skipReason } from './containers/skip-reason.ts';
import { createHttpSide } from './io/http-api/http-side.ts';
import type { RouteOrigin } from './io/http-api/route-registry.ts';
import { type Lookup, systemLookup } from './io/lookup.ts';
import { createPipelineSet } from './io/pipeline-set.ts';
import { createReaderChoice } from './io/reader-choice.ts';
import { routeEnd } from './io/route-end.ts';
import { createRouteMeter, forgetRouteMetrics, type RouteMeter } from './io/route-meter.ts';
import { createRoutePipeline, type RoutePipeline } from './io/route-pipeline.ts';
import { memoryStorage, openDiskStorage, type RouteStorage } from './io/route-storage.ts';
import { prepareStateFolder } from './io/state-folder.ts';
import { lockStateFolder, type StateLock } from './io/state-lock.ts';
import { metrics } from './metrics.ts';
import type { Route } from './routes/route.ts';
import { type RouteSettings, routeSettings } from './routes/route-settings.ts';
import { stageSettings } from './stages/stage-settings.ts';

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
  const isShipped = (container: Container): boolean => skipReason(container, skipRules) === undefined;
  const pipelines = createPipelineSet(isShipped);
  const end = {
    clock,
    random,
    log,
    host: dependencies.syslogHostname || hostname,
    output: dependencies.output ?? process.stdout,
    syslogHostname: dependencies.syslogHostname ?? '',
  };
  const lookup = dependencies.lookup ?? systemLookup;
  const pipelineContext = { engine, chooseReader, clock, random, log, lookup };
  const { stateDir } = config;
  const storageOf = async (route: Route, { spool }: RouteSettings, meter: RouteMeter): Promise<RouteStorage> => {
    if (stateDir === '') return memoryStorage(config.queue);
    return await openDiskStorage({ stateDir, uri: route.uri, limits: config.queue, spool, clock, random, log, meter });
  };
  const createPipeline = async (route: Route, origin: RouteOrigin): Promise<RoutePipeline> => {
    const settings = routeSettings(config, route);
    const meter = createRouteMeter(meters, route.uri);
    const storage = await storageOf(route, settings, meter);
    try {
      return createRoutePipeline(
        route,
        routeEnd(route, settings, config, { ...end, meter }),
        settings.stages,
        { ...config, backlog: config.backlog && origin === 'start' },
        { ...pipelineContext, storage, meter },
      );
    } catch (error) {
      await storage.closeQueue();
      await (origin === 'http' ? storage.discard() : storage.checkpoints.close());
      throw error;
    }
  };
  const viewerPipelines = createPipelineSet(isShipped);
  const viewerStages = stageSettings(config.stages, { multiline: false, options: new Map() });
  const httpSide = createHttpSide(config, {
    routes: {
      pipelines,
      createPipeline,
      forgetMetrics: (uri) => forgetRouteMetrics(meters, uri),
      drainMs: DRAIN_MS,
    },
    viewers: {
      pipelines: viewerPipelines,
      createPipeline: (subject, viewerEnd, view) =>
        createRoutePipeline(
          subject,
          viewerEnd,
          viewerStages,
          { ...view, inactivityMs: config.inactivityMs },
          {
            ...pipelineContext,
            storage: memoryStorage(view.queue),
            // Viewers come and go: what one of them alone has is not shown.
            meter: createRouteMeter(createMetrics(metrics, new Registry()), subject.uri),
          },
        ),
      onCount: (viewers) => meters.viewers.set(viewers),
      onSent: (messages) => meters.viewerMessages.inc(messages),
    },
    clock,
    log,
  });
  const atWork: (readonly [Route, RoutePipeline])[] = [];
  let lock: StateLock | undefined;
  let follower: Follower | undefined;
  const listener: ContainerListener = {
    onSnapshot(containers) {
      for (const set of [pipelines, viewerPipelines]) set.listener.onSnapshot(containers);
    },
    onChange(change) {
      for (const set of [pipelines, viewerPipelines]) set.listener.onChange(change);
    },
    onStatus(status) {
      meters.eventGaps.set(status.gaps);
      for (const set of [pipelines, viewerPipelines]) set.listener.onStatus(status);
    },
  };

  return {
    async start() {
      if (stateDir !== '') {
        await prepareStateFolder(stateDir, log);
        lock = await lockStateFolder(stateDir, log);
      }
      for (const route of config.routes) atWork.push([route, await createPipeline(route, 'start')]);
      for (const [, pipeline] of atWork) pipelines.add(pipeline);
      await httpSide.start(atWork);
      pipelines.start();
      viewerPipelines.start();
      follower = followContainers(engine, listener, { clock, log, random });
    },
    async stop() {
      follower?.stop();
      await httpSide.close();
      const giveUp = new AbortController();
      const cancel = clock.schedule(DRAIN_MS, () => giveUp.abort());
      await pipelines.stop(giveUp.signal);
      cancel();
      await lock?.release();
    },
    readiness() {
      const routes = pipelines.all.flatMap(({ uri, trouble }) =>
        trouble === undefined ? [] : [`route ${uri}: ${trouble}`],
      );
      return [...engineTrouble(engine, follower), ...routes];
    },
    debug: {
      http: () => httpSide.debug(),
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

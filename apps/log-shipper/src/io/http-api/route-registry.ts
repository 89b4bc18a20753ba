import { type Clock, describeError, failure, type Logger, type Result, success } from '@wharf/agent';
import { routeOfSentSpec, routeOfSpec } from '../../http-api/route-of-spec.ts';
import { type RouteSpec, routeIdOf, specOfUri } from '../../http-api/route-spec.ts';
import { ROUTE_LIMIT } from '../../routes/parse-routes.ts';
import type { Route } from '../../routes/route.ts';
import type { PipelineSet } from '../pipeline-set.ts';
import type { RoutePipeline } from '../route-pipeline.ts';
import type { NamedSpec, RouteFiles } from './route-files.ts';

/** Why a route is not added or removed; the status is HTTP's. */
export interface RouteRefusal {
  readonly status: 400 | 409 | 500 | 503;
  readonly message: string;
}

/** All routes by their IDs, those of the command line included. What is shown of them has no secrets. */
export interface RouteRegistry {
  list(): readonly NamedSpec[];
  get(id: string): NamedSpec | undefined;
  /** Takes over a route that is at work. */
  adopt(route: Route, pipeline: RoutePipeline): void;
  /** Takes up the routes on disk; the log tells of those that cannot be had. */
  load(): Promise<void>;
  /** Checks a route, writes it on disk and sets it to work; all or nothing. */
  add(spec: RouteSpec): Promise<Result<NamedSpec, RouteRefusal>>;
  /**
   * Takes a route out, for good where it is on disk, and resolves when it has stopped.
   * @returns what it was; undefined when there is none
   */
  remove(id: string): Promise<Result<NamedSpec | undefined, RouteRefusal>>;
  /** Nothing is added or removed any more; resolves when what is under way has been done. */
  close(): Promise<void>;
}

/** `http`: it is added to a shipper at work, and takes what is printed from now on. */
export type RouteOrigin = 'start' | 'http';

export interface RouteRegistryContext {
  readonly pipelines: PipelineSet;
  /** @throws Error when it cannot be made, as for want of a file */
  readonly createPipeline: (route: Route, origin: RouteOrigin) => Promise<RoutePipeline>;
  /** Nothing of the route shall be shown in metrics any more. */
  readonly forgetMetrics: (uri: string) => Promise<void>;
  /** Undefined to keep nothing. */
  readonly files: RouteFiles | undefined;
  readonly clock: Clock;
  /** How long what is queued of a route that is removed may take to be sent, in milliseconds. */
  readonly drainMs: number;
  readonly log: Logger;
}

interface Entry {
  readonly spec: NamedSpec;
  readonly uri: string;
  readonly pipeline: RoutePipeline;
}

export function createRouteRegistry(context: RouteRegistryContext): RouteRegistry {
  const { pipelines, createPipeline, forgetMetrics, files, clock, drainMs, log } = context;
  const entries = new Map<string, Entry>();
  const closing = new AbortController();
  const inTurn = createTurns();

  const toEntry = (route: Route, id: string, pipeline: RoutePipeline): Entry => ({
    spec: { id, ...specOfUri(route.uri) },
    uri: route.uri,
    pipeline,
  });
  const conflictOf = ({ uri }: Route, id: string): string | undefined => {
    if (entries.has(id)) return `there is a route ${id} already`;
    for (const [other, entry] of entries) {
      if (entry.uri === uri) return `the route is there already as ${other}; its lines would arrive twice`;
    }
    return entries.size >= ROUTE_LIMIT
      ? `there are ${entries.size} routes; at most ${ROUTE_LIMIT} are taken`
      : undefined;
  };
  /** Sets a route to work; nothing of it is left when that fails. */
  const begin = async (route: Route, id: string, origin: RouteOrigin): Promise<Entry> => {
    try {
      const entry = toEntry(route, id, await createPipeline(route, origin));
      entries.set(id, entry);
      pipelines.add(entry.pipeline);
      return entry;
    } catch (error) {
      await forgetMetrics(route.uri);
      throw error;
    }
  };
  const stop = async ({ pipeline, uri }: Entry): Promise<void> => {
    const late = new AbortController();
    const cancel = clock.schedule(drainMs, () => late.abort());
    await pipelines.remove(pipeline, AbortSignal.any([late.signal, closing.signal]));
    cancel();
    await forgetMetrics(uri);
    try {
      await pipeline.discard();
    } catch (error) {
      log.warn({ route: uri, reason: describeError(error) }, 'something of a route that was removed is still on disk');
    }
  };
  const addNow = async (spec: RouteSpec): Promise<Result<NamedSpec, RouteRefusal>> => {
    if (closing.signal.aborted) return failure({ status: 503, message: 'the shipper is stopping' });
    const route = routeOfSentSpec(spec);
    if (!route.ok) return failure({ status: 400, message: route.error.join('; ') });
    const id = spec.id ?? routeIdOf(route.value.uri);
    const conflict = conflictOf(route.value, id);
    if (conflict !== undefined) return failure({ status: 409, message: conflict });
    try {
      await files?.save({ ...spec, id });
    } catch (error) {
      log.warn({ id, route: route.value.uri, reason: describeError(error) }, 'a route cannot be written on disk');
      return failure({ status: 500, message: 'the route cannot be written on disk; the log says why' });
    }
    try {
      const entry = await begin(route.value, id, 'http');
      log.info({ id, route: entry.uri }, 'a route was added');
      return success(entry.spec);
    } catch (error) {
      log.warn({ id, route: route.value.uri, reason: describeError(error) }, 'a route cannot be set to work');
      await files?.remove(id).catch(() => undefined);
      return failure({ status: 500, message: 'the route cannot be set to work; the log says why' });
    }
  };
  const removeNow = async (id: string): Promise<Result<NamedSpec | undefined, RouteRefusal>> => {
    if (closing.signal.aborted) return failure({ status: 503, message: 'the shipper is stopping' });
    const entry = entries.get(id);
    if (entry === undefined) return success(undefined);
    try {
      await files?.remove(id);
    } catch (error) {
      log.warn({ id, route: entry.uri, reason: describeError(error) }, 'a route cannot be removed');
      return failure({ status: 500, message: 'the route cannot be removed from disk; the log says why' });
    }
    entries.delete(id);
    await stop(entry);
    log.info({ id, route: entry.uri }, 'a route was removed');
    return success(entry.spec);
  };
  const loadOne = async (spec: NamedSpec): Promise<void> => {
    const { id } = spec;
    const route = routeOfSpec(spec);
    const problem = route.ok ? conflictOf(route.value, id) : route.error.join('; ');
    if (!route.ok || problem !== undefined) {
      log.warn({ id, reason: problem }, 'a route on disk is left out');
      return;
    }
    try {
      await begin(route.value, id, 'start');
    } catch (error) {
      log.warn({ id, reason: describeError(error) }, 'a route on disk is left out');
    }
  };

  return {
    list: () => [...entries.values()].map(({ spec }) => spec),
    get: (id) => entries.get(id)?.spec,
    adopt(route, pipeline) {
      const id = routeIdOf(route.uri);
      entries.set(id, toEntry(route, id, pipeline));
    },
    async load() {
      for (const spec of (await files?.load()) ?? []) await loadOne(spec);
    },
    add: (spec) => inTurn(() => addNow(spec)),
    remove: (id) => inTurn(() => removeNow(id)),
    async close() {
      closing.abort();
      await inTurn(async () => undefined);
    },
  };
}

/** Runs tasks one after the other, in the order in which they came. */
function createTurns(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const turn = last.then(task);
    last = turn.catch(() => undefined);
    return turn;
  };
}

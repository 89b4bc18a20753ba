import { describeError, type Logger, renderHostPort } from '@wharf/agent';
import type { HttpApiConfig } from '../../http-api/http-api-options.ts';
import type { Route } from '../../routes/route.ts';
import type { RoutePipeline } from '../route-pipeline.ts';
import { type HttpApi, startHttpApi } from './http-api-server.ts';
import { readToken } from './read-token.ts';
import { openRouteFiles } from './route-files.ts';
import { createRouteRegistry, type RouteRegistry, type RouteRegistryContext } from './route-registry.ts';
import { createViewers, type ViewersContext } from './viewers.ts';

/** What HTTP adds to a shipper: routes that come and go, and viewers. */
export interface HttpSide {
  /**
   * Takes up the routes on disk, and listens.
   * @param atWork the routes that there are already
   * @throws Error when it cannot listen where it was asked to, or the token cannot be read
   */
  start(atWork: readonly (readonly [route: Route, pipeline: RoutePipeline])[]): Promise<void>;
  /** Ends viewers and connections; no route is added or removed any more. */
  close(): Promise<void>;
  debug(): unknown;
}

export interface HttpSideConfig {
  readonly httpApi: HttpApiConfig | undefined;
  readonly routesPath: string;
}

export interface HttpSideContext {
  readonly routes: Omit<RouteRegistryContext, 'files' | 'clock' | 'log'>;
  readonly viewers: Omit<ViewersContext, 'clock' | 'log'>;
  readonly clock: RouteRegistryContext['clock'];
  readonly log: Logger;
}

export function createHttpSide({ httpApi, routesPath }: HttpSideConfig, context: HttpSideContext): HttpSide {
  const { clock, log } = context;
  const viewers = createViewers({ ...context.viewers, clock, log });
  let routes: RouteRegistry | undefined;
  let api: HttpApi | undefined;

  const listen = async (config: HttpApiConfig, registry: RouteRegistry): Promise<void> => {
    const token = await readToken(config.token);
    try {
      api = await startHttpApi({ address: config.address, token }, { routes: registry, viewers, clock, log });
    } catch (error) {
      if (!config.isOptional) throw error;
      log.warn({ reason: describeError(error) }, 'there is no HTTP interface');
    }
  };

  return {
    async start(atWork) {
      const files = await openRouteFiles(routesPath, log);
      routes = createRouteRegistry({ ...context.routes, files, clock, log });
      for (const [route, pipeline] of atWork) routes.adopt(route, pipeline);
      await routes.load();
      if (httpApi !== undefined) await listen(httpApi, routes);
    },
    async close() {
      await Promise.all([api?.close(), routes?.close()]);
    },
    debug: () => ({
      address: api === undefined ? null : renderHostPort(api.address),
      routes: routes?.list() ?? [],
      viewers: viewers.debug(),
    }),
  };
}

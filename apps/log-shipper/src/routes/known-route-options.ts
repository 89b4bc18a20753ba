import { encodingRouteOptions } from '../encoding-options.ts';
import { sinkRouteOptions } from '../http-sinks/sink-options.ts';
import { spoolRouteOptions } from '../spool/spool-options.ts';
import { stageRouteOptions } from '../stages/stage-settings.ts';
import { tlsRouteOptions } from '../tls-options.ts';
import type { RouteOption } from './route-options.ts';

/** Every option of a route that is no filter: each part of the shipper declares its own. */
export const knownRouteOptions: readonly RouteOption[] = [
  ...stageRouteOptions,
  ...sinkRouteOptions,
  ...spoolRouteOptions,
  ...tlsRouteOptions,
  ...encodingRouteOptions,
];

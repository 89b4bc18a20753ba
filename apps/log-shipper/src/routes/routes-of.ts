import { type Environment, failure, type OptionError, type Result, success } from '@wharf/agent';
import { parseRoutes } from './parse-routes.ts';
import type { Route } from './route.ts';

/**
 * The routes that the command line asks for, or else ROUTE_URIS.
 * @param mayBeNone routes may come later, or lines be looked at without any
 */
export function routesOf(
  positionals: readonly string[],
  routeUris: string,
  env: Environment,
  mayBeNone: boolean,
): Result<readonly Route[], readonly OptionError[]> {
  if (positionals.length > 0) return parseRoutes(positionals, '<route URI>', env);
  if (routeUris !== '') return parseRoutes([routeUris], 'ROUTE_URIS', env);
  if (mayBeNone) return success([]);
  const message =
    'is missing: name at least one, such as syslog+tcp://logs.example.org:514, here or in ROUTE_URIS; or say with -http-addr where routes and viewers may come to';
  return failure([{ option: '<route URI>', value: '', message }]);
}

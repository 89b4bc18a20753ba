import { failure, type Result, success } from '@wharf/agent';
import { encodingOptions, needsInspection } from '../encoding-options.ts';
import { knownRouteOptions } from '../routes/known-route-options.ts';
import { optionDefaults } from '../routes/option-defaults.ts';
import { parseRoute } from '../routes/parse-routes.ts';
import type { Route } from '../routes/route.ts';
import { type RouteSpec, uriOfSpec } from './route-spec.ts';

/** The route that a specification describes, checked as one of the command line. Errors are sentences. */
export function routeOfSpec(spec: RouteSpec): Result<Route, readonly string[]> {
  const route = parseRoute(uriOfSpec(spec));
  return route.ok ? route : failure(route.error.map((error) => `the route ${error}`));
}

/**
 * As `routeOfSpec`, for one that came over HTTP. It cannot name files of this host: they would be read for whoever has
 * sent it, and go to an address of that one's choice. Nor can its templates name `.Container`, which has the environment.
 */
export function routeOfSentSpec(spec: RouteSpec): Result<Route, readonly string[]> {
  const route = routeOfSpec(spec);
  if (!route.ok) return route;
  const named = knownRouteOptions.filter(({ name, namesFiles }) => namesFiles && route.value.options.has(name));
  const errors = named.map(
    ({ name }) => `the route has an option ${name}, which names files: only routes that do not come over HTTP have it`,
  );
  if (needsInspection(optionDefaults(encodingOptions), [route.value])) {
    errors.push('the route has a template that names .Container: only routes that do not come over HTTP have one');
  }
  return errors.length === 0 ? success(route.value) : failure(errors);
}

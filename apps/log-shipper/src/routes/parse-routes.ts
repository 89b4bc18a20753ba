import { type Environment, failure, type OptionError, type Result, success } from '@wharf/agent';
import { tlsRouteErrors } from '../tls-options.ts';
import { expandVariables } from './expand-variables.ts';
import { knownRouteOptions } from './known-route-options.ts';
import { parseDestination } from './parse-destination.ts';
import { filterOptions, parseFilter } from './parse-filter.ts';
import type { Route } from './route.ts';
import { routeOptionErrors } from './route-options.ts';

/** How many routes there may be: each one reads every container's log by itself. */
export const ROUTE_LIMIT = 32;

/**
 * Parses route URIs, `adapter[+transport]://host:port[?options]` or `stdout:`; each text may hold several of them
 * separated by commas. Variables are expanded first. All errors are found.
 * @param option what the errors call the texts: `<route URI>` or `ROUTE_URIS`
 */
export function parseRoutes(
  texts: readonly string[],
  option: string,
  env: Environment,
): Result<readonly Route[], readonly OptionError[]> {
  const routes: Route[] = [];
  const errors: OptionError[] = [];
  for (const text of texts) {
    const expanded = expandVariables(text, env);
    const hint = expanded.unset.length === 0 ? '' : ` (not set: ${expanded.unset.join(', ')})`;
    for (const uri of splitRoutes(expanded.text)) {
      const route = parseRoute(uri);
      if (route.ok) routes.push(route.value);
      else
        errors.push(...route.error.map((message) => ({ option, value: withoutSecrets(uri), message: message + hint })));
    }
    if (expanded.text.trim() === '') errors.push({ option, value: text, message: `names no route${hint}` });
  }
  for (const [index, { uri }] of routes.entries()) {
    if (routes.findIndex((route) => route.uri === uri) < index) {
      errors.push({ option, value: uri, message: 'is given twice; its lines would arrive twice' });
    }
  }
  if (routes.length > ROUTE_LIMIT) {
    errors.push({ option, value: '', message: `there are ${routes.length} routes; at most ${ROUTE_LIMIT} are taken` });
  }
  return errors.length > 0 ? failure(errors) : success(routes);
}

/** A comma separates routes only before another one: filters have commas of their own. */
function splitRoutes(text: string): readonly string[] {
  return text
    .split(/,(?=\s*(?:[A-Za-z][A-Za-z0-9+.-]*:\/\/|stdout:|,|$))/)
    .map((uri) => uri.trim())
    .filter((uri) => uri !== '');
}

/** Parses the URI of one route, as it is. Errors are ends of sentences that begin with it. */
export function parseRoute(text: string): Result<Route, readonly string[]> {
  const url = URL.parse(text);
  if (url === null) return failure([describeNoUrl(text)]);
  const parsed = parseDestination(url);
  const filter = parseFilter(url.searchParams);
  const options = otherOptions(url.searchParams);
  const destinationGiven = parsed.ok ? parsed.value.destination : undefined;
  const optionErrors = [...routeOptionErrors(options, destinationGiven, knownRouteOptions), ...tlsRouteErrors(options)];
  if (!parsed.ok || !filter.ok || optionErrors.length > 0) {
    return failure([...(parsed.ok ? [] : [parsed.error]), ...(filter.ok ? [] : filter.error), ...optionErrors]);
  }
  const { destination, multiline } = parsed.value;
  return success({ uri: withoutSecrets(text), destination, filter: filter.value, multiline, options });
}

/** A port that is none is what most often keeps a text from being a URL. */
function describeNoUrl(text: string): string {
  const port = /^[^:]+:\/\/(?:[^/?#@]*@)?(?:\[[^\]]*\]|[^:/?#[\]]+):([^:/?#@]+)(?:[/?#]|$)/.exec(text)?.[1];
  if (port === undefined) return 'is not a route URI; one looks like syslog+tcp://logs.example.org:514';
  return /^\d+$/.test(port)
    ? `has port ${port}, which is out of range: the highest is 65535`
    : 'has a port that is not a number';
}

function otherOptions(parameters: URLSearchParams): ReadonlyMap<string, string> {
  return new Map([...parameters].filter(([name]) => !filterOptions.some((option) => option === name)));
}

/** A user and a password in a URI are for the receiver alone. */
function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/?#]*@/, '//***@');
}

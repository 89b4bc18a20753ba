import { type Environment, failure, type OptionError, type Result, success } from '@wharf/agent';
import { expandVariables } from './expand-variables.ts';
import { parseFilter } from './parse-filter.ts';
import type { Destination, Route, RouteFilter } from './route.ts';

/** RFC 5426, section 3.3, and by habit TCP's too. */
const SYSLOG_PORT = 514;

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
      else errors.push(...route.error.map((message) => ({ option, value: uri, message: message + hint })));
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

function parseRoute(uri: string): Result<Route, readonly string[]> {
  const url = URL.parse(uri);
  if (url === null) return failure([`is not a route URI; one looks like syslog+tcp://logs.example.org:514`]);
  const destination = parseDestination(url);
  const filter: Result<RouteFilter, readonly string[]> = parseFilter(url.searchParams);
  if (destination.ok && filter.ok) {
    return success({
      uri,
      destination: destination.value,
      filter: filter.value,
      multiline: false,
      options: new Map(),
    });
  }
  return failure([...(destination.ok ? [] : [destination.error]), ...(filter.ok ? [] : filter.error)]);
}

function parseDestination(url: URL): Result<Destination, string> {
  switch (url.protocol) {
    case 'syslog:':
    case 'syslog+udp:':
      return parseSyslog(url, 'udp');
    case 'syslog+tcp:':
      return parseSyslog(url, 'tcp');
    case 'stdout:':
      if (url.host !== '' || url.pathname !== '') return failure('has more than stdout: takes, which is options alone');
      return success({ adapter: 'stdout' });
    default:
      return failure(
        `has an adapter ${url.protocol.slice(0, -1)} that is not known; known are syslog, syslog+udp, syslog+tcp and stdout`,
      );
  }
}

function parseSyslog(url: URL, transport: 'udp' | 'tcp'): Result<Destination, string> {
  const { hostname, port } = url;
  if (hostname === '') return failure('has no host');
  if (port === '0') return failure('has port 0, which nothing can listen on');
  if (url.username !== '' || url.password !== '') return failure('has a user, which syslog has no use for');
  if (!['', '/'].includes(url.pathname) || url.hash !== '') return failure('has a path, which syslog has no use for');
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return success({ adapter: 'syslog', carrier: transport, host, port: port === '' ? SYSLOG_PORT : Number(port) });
}

import { failure, type Result, success } from '@wharf/agent';
import { parseFilter } from '../routes/parse-filter.ts';
import type { RouteFilter } from '../routes/route.ts';

/** What somebody wants to see of the logs, from now on. */
export interface View {
  readonly filter: RouteFilter;
  /** Of text: names of containers have colours. */
  readonly colors: boolean;
  /** Begin with so many of the newest lines of each container, all for undefined; 0 for none. */
  readonly tail: number | undefined;
}

/** What the query calls it, and what the filters of a route do. */
const filterNames: ReadonlyMap<string, string> = new Map([
  ['sources', 'filter.sources'],
  ...['filter.id', 'filter.name', 'filter.sources', 'filter.labels'].map((name) => [name, name] as const),
]);
const knownParameters = [...filterNames.keys(), 'colors', 'tail'];

/**
 * Parses the URL of a view: `/logs`, `/logs/id:<beginning>` or `/logs/name:<pattern>`, and its query. Undefined for
 * another path. Errors are ends of sentences that begin with the view.
 */
export function parseView(url: string): Result<View, readonly string[]> | undefined {
  const [path = '', ...query] = url.split('?');
  const selector = /^\/logs(?:\/(?:(?<kind>id|name):(?<text>[^/]+))?)?$/.exec(path)?.groups;
  if (selector === undefined) return undefined;
  const parameters = new URLSearchParams(query.join('?'));
  const filter = new URLSearchParams();
  const errors: string[] = [];
  const { kind, text } = selector;
  if (kind !== undefined && text !== undefined) {
    const decoded = decode(text);
    if (decoded === undefined) errors.push('has a path that is not percent-encoded UTF-8');
    else filter.append(`filter.${kind}`, decoded);
  }
  for (const [name, value] of parameters) {
    const filterName = filterNames.get(name);
    if (filterName !== undefined) filter.append(filterName, value);
    else if (!knownParameters.includes(name)) {
      errors.push(`has a parameter ${name} that is not known; known are ${knownParameters.join(', ')}`);
    }
  }
  const parsedFilter = parseFilter(filter);
  if (!parsedFilter.ok) errors.push(...parsedFilter.error);
  const tail = parseTail(parameters.get('tail') ?? '0');
  if (!tail.ok) errors.push(tail.error);
  if (!parsedFilter.ok || !tail.ok || errors.length > 0) return failure(errors);
  return success({ filter: parsedFilter.value, colors: parameters.get('colors') !== 'off', tail: tail.value });
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function parseTail(text: string): Result<number | undefined, string> {
  if (text === 'all') return success(undefined);
  return /^\d{1,9}$/.test(text) ? success(Number(text)) : failure('has a tail that is neither all nor a number');
}

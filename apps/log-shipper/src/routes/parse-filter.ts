import { failure, type Result, success } from '@wharf/agent';
import { type LogSource, logSources } from '../lines/log-line.ts';
import { type Glob, parseGlob } from './glob.ts';
import type { RouteFilter } from './route.ts';

/** The options after the `?` of a route URI that say which lines it takes. */
export const filterOptions = ['filter.id', 'filter.name', 'filter.sources', 'filter.labels'] as const;

/**
 * Parses the filter among the options of a route URI; every error names its option, and all are found. An empty one is
 * no condition. No option, whatever it is for, may be there twice.
 */
export function parseFilter(options: URLSearchParams): Result<RouteFilter, readonly string[]> {
  const errors: string[] = [];
  for (const name of new Set(options.keys())) {
    if (options.getAll(name).length > 1) errors.push(`has ${name} more than once`);
  }
  const take = <T>(parsed: Result<T, string>, otherwise: T): T => {
    if (parsed.ok) return parsed.value;
    errors.push(parsed.error);
    return otherwise;
  };
  const name = take(parseName(options.get('filter.name') ?? ''), undefined);
  const sources = take(parseSources(options.get('filter.sources') ?? ''), new Set<LogSource>());
  const labels = take(parseLabels(options.get('filter.labels') ?? ''), []);
  if (errors.length > 0) return failure(errors);
  return success({
    idPrefix: options.get('filter.id') ?? '',
    ...(name === undefined ? {} : { name }),
    sources,
    labels,
  });
}

function parseName(text: string): Result<Glob | undefined, string> {
  if (text === '') return success(undefined);
  const glob = parseGlob(text);
  return glob.ok ? glob : failure(`has a filter.name that ${glob.error}`);
}

function parseSources(text: string): Result<ReadonlySet<LogSource>, string> {
  const words = splitItems(text);
  const sources = logSources.filter((source) => words.includes(source));
  const unknown = words.filter((word) => !logSources.some((source) => source === word));
  if (unknown.length > 0) {
    return failure(`has a filter.sources that knows ${logSources.join(' and ')}, not ${unknown.join(', ')}`);
  }
  return success(new Set(sources.length === 0 ? logSources : sources));
}

function parseLabels(text: string): Result<RouteFilter['labels'], string> {
  const labels: { key: string; value: Glob }[] = [];
  for (const item of splitItems(text)) {
    const colon = item.indexOf(':');
    if (colon < 1) return failure(`has a filter.labels item ${item} that is not label:pattern`);
    const glob = parseGlob(item.slice(colon + 1));
    if (!glob.ok) return failure(`has a filter.labels item ${item} that ${glob.error}`);
    labels.push({ key: item.slice(0, colon), value: glob.value });
  }
  return success(labels);
}

function splitItems(text: string): readonly string[] {
  return text.split(',').filter((item) => item !== '');
}

import { createHash } from 'node:crypto';
import { failure, type Result, success } from '@wharf/agent';

/** A route as the HTTP interface and its files write it; the names are those of the original. */
export interface RouteSpec {
  readonly id?: string;
  readonly filter_id?: string;
  readonly filter_name?: string;
  readonly filter_sources?: readonly string[];
  readonly filter_labels?: readonly string[];
  /** With its carrier: `syslog+tcp`. */
  readonly adapter: string;
  /** `host:port`, or what else stands there in the URI of a route. */
  readonly address?: string;
  readonly options?: Readonly<Record<string, string>>;
}

const textFields = ['id', 'filter_id', 'filter_name', 'adapter', 'address'] as const;
const listFields = ['filter_sources', 'filter_labels'] as const;
const fieldNames: readonly string[] = [...textFields, ...listFields, 'options'];

/** Names the file of a route, too: it cannot leave its folder. */
const ID_PATTERN = /^(?!\.)[A-Za-z0-9._-]{1,64}$/;

export function isRouteId(text: string): boolean {
  return ID_PATTERN.test(text);
}

/** The ID of a route that was given none: always the same for the same route. */
export function routeIdOf(uri: string): string {
  return createHash('sha256').update(uri).digest('hex').slice(0, 12);
}

/** Parses the JSON of one route. What is null or empty counts as not there. Errors are sentences; all are found. */
export function parseRouteSpec(text: string): Result<RouteSpec, readonly string[]> {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    return failure(['a route is a JSON object, and this is not JSON']);
  }
  if (!isObject(given)) return failure(['a route is a JSON object, and this is none']);
  const fields = new Map(Object.entries(given).filter(([, value]) => value !== null && value !== ''));
  const errors = [...fields].flatMap(([name, value]) => fieldErrors(name, value));
  if (!fields.has('adapter')) errors.push('adapter is missing, such as syslog+tcp');
  if (errors.length > 0) return failure(errors);
  const spec: unknown = Object.fromEntries(fields);
  return isSpec(spec) ? success(spec) : failure(['a route has a field of a wrong type']);
}

function fieldErrors(name: string, value: unknown): string[] {
  if (!fieldNames.includes(name)) return [`${JSON.stringify(name)} is not known; known are ${fieldNames.join(', ')}`];
  if (name === 'options') {
    const isGood = isObject(value) && Object.values(value).every((each) => typeof each === 'string');
    return isGood ? [] : ['options is not an object of strings'];
  }
  if (listFields.some((field) => field === name)) return listErrors(name, value);
  if (typeof value !== 'string') return [`${name} is not a string`];
  if (name === 'id' && !isRouteId(value)) return ['id is not made of up to 64 letters, digits, -, _ and .'];
  if (name === 'adapter' && !/^[a-z][a-z0-9+]{0,63}$/.test(value)) return ['adapter is no adapter, such as syslog+tcp'];
  if (name === 'address' && /[\s?#\\\p{Cc}]/u.test(value)) return ['address is not an address, such as host:port'];
  return [];
}

function listErrors(name: string, value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((each) => typeof each === 'string'))
    return [`${name} is no list of strings`];
  return value.some((each) => each.includes(',')) ? [`${name} has a comma in an item`] : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every field has been looked at. */
function isSpec(value: unknown): value is RouteSpec {
  return isObject(value) && typeof value['adapter'] === 'string';
}

/** The URI of the route that a specification describes, to be parsed as one of the command line. */
export function uriOfSpec(spec: RouteSpec): string {
  const parameters = [
    ['filter.id', spec.filter_id ?? ''],
    ['filter.name', spec.filter_name ?? ''],
    ['filter.sources', (spec.filter_sources ?? []).join(',')],
    ['filter.labels', (spec.filter_labels ?? []).join(',')],
  ].filter(([, value]) => value !== '');
  const query = [...parameters, ...Object.entries(spec.options ?? {})].map(
    ([name = '', value = '']) => `${encode(name)}=${encode(value)}`,
  );
  const isOutput = spec.adapter.split('+').at(-1) === 'stdout';
  const start = isOutput && spec.address === undefined ? `${spec.adapter}:` : `${spec.adapter}://${spec.address ?? ''}`;
  return query.length === 0 ? start : `${start}?${query.join('&')}`;
}

/** As `encodeURIComponent`, but what needs no escape in a query stays as people type it. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replace(/%(?:2C|3A|2F|24|40|3B)/g, decodeURIComponent);
}

/** The specification of a route that came as a URI; the inverse of `uriOfSpec`. */
export function specOfUri(uri: string): RouteSpec {
  const {
    adapter = '',
    address = '',
    query = '',
  } = /^(?<adapter>[^:]*):(?:\/\/)?(?<address>[^?]*)(?:\?(?<query>.*))?$/s.exec(uri)?.groups ?? {};
  const parameters = new URLSearchParams(query);
  const text = (name: string): string => parameters.get(name) ?? '';
  const list = (name: string): string[] =>
    text(name)
      .split(',')
      .filter((item) => item !== '');
  const options = [...parameters].filter(([name]) => !/^filter\.(?:id|name|sources|labels)$/.test(name));
  return {
    ...(text('filter.id') === '' ? {} : { filter_id: text('filter.id') }),
    ...(text('filter.name') === '' ? {} : { filter_name: text('filter.name') }),
    ...(list('filter.sources').length === 0 ? {} : { filter_sources: list('filter.sources') }),
    ...(list('filter.labels').length === 0 ? {} : { filter_labels: list('filter.labels') }),
    adapter,
    ...(address === '' ? {} : { address }),
    ...(options.length === 0 ? {} : { options: Object.fromEntries(options) }),
  };
}

import type { ServerResponse } from 'node:http';
import type { FakeContainer } from './fake-container.ts';

/** One subscription, as the query of `GET /events` asks for it. */
export interface FakeSubscription {
  /** Where the events are written to; its headers have been sent. */
  readonly response: ServerResponse;
  /** The API asked for is `1.<minor>`: 1.52 and newer have no `status`, `id` and `from`. */
  readonly minor: number;
  /** Nanoseconds since 1970, inclusive; undefined for events from now on. */
  readonly sinceNs: bigint | undefined;
  /** By kind of filter (`type`, `event`, `container`), the values of which one must fit. */
  readonly filters: ReadonlyMap<string, readonly string[]>;
}

/** The events of an engine: the newest are kept for those who ask for the past, and all go to the open streams. */
export interface FakeEvents {
  /** Tells all subscribers; times always grow. */
  emit(action: string, container: FakeContainer, attributes?: Readonly<Record<string, string>>): void;
  subscribe(subscription: FakeSubscription): void;
  /** Ends every stream as a lost connection does, in the middle of the answer. */
  cut(): void;
}

interface FakeEvent {
  readonly action: string;
  readonly id: string;
  readonly image: string;
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly timeNano: bigint;
}

/** As many as dockerd keeps (`eventsLimit`), of all kinds together. */
const KEPT_EVENTS = 256;
const SECOND = 1_000_000_000n;

/** @param nowNs nanoseconds since 1970, growing with every call */
export function createFakeEvents(nowNs: () => bigint): FakeEvents {
  const kept: FakeEvent[] = [];
  const open = new Set<FakeSubscription>();

  return {
    emit(action, { id, image, name, labels }, attributes = {}) {
      const event = {
        action,
        id,
        image,
        name,
        attributes: sorted({ ...labels, ...attributes, image, name }),
        timeNano: nowNs(),
      };
      kept.push(event);
      if (kept.length > KEPT_EVENTS) kept.shift();
      for (const subscription of open) deliver(event, subscription);
    },
    subscribe(subscription) {
      const { response, sinceNs } = subscription;
      if (sinceNs !== undefined) {
        for (const event of kept) if (event.timeNano >= sinceNs) deliver(event, subscription);
      }
      open.add(subscription);
      response.on('close', () => open.delete(subscription));
    },
    cut() {
      for (const { response } of open) response.destroy();
    },
  };
}

function deliver(event: FakeEvent, { response, minor, filters }: FakeSubscription): void {
  const wanted =
    fits(filters.get('type'), (value) => value === 'container') &&
    fits(filters.get('container'), (value) => value === event.name || event.id.startsWith(value)) &&
    fits(filters.get('event'), matcher(filters.get('event') ?? [], event.action));
  if (wanted) response.write(`${render(event, minor)}\n`);
}

function fits(values: readonly string[] | undefined, matches: (value: string) => boolean): boolean {
  return values === undefined || values.some(matches);
}

/** As in dockerd, one action that carries a detail behind a colon makes all of the filter match by beginnings. */
function matcher(values: readonly string[], action: string): (value: string) => boolean {
  const isFuzzy = values.some((value) => /^(?:health_status|exec_(?:create|start))/.test(value));
  return (value) => (isFuzzy ? action.startsWith(value) : action === value);
}

/** The time is written digit by digit: a `number` would round it. */
function render({ action, id, image, attributes, timeNano }: FakeEvent, minor: number): string {
  const outdated = minor >= 52 ? {} : { status: action, id, from: image };
  const event = {
    ...outdated,
    Type: 'container',
    Action: action,
    Actor: { ID: id, Attributes: attributes },
    scope: 'local',
    time: Number(timeNano / SECOND),
  };
  return `${JSON.stringify(event).slice(0, -1)},"timeNano":${timeNano}}`;
}

function sorted(attributes: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** What `since` means: `seconds` or `seconds.nanoseconds`; undefined when it is neither. */
export function parseEventTime(words: string): bigint | undefined {
  const [, seconds, fraction = ''] = /^(\d+)(?:\.(\d{1,9}))?$/.exec(words) ?? [];
  return seconds === undefined ? undefined : BigInt(seconds) * SECOND + BigInt(fraction.padEnd(9, '0'));
}

const KNOWN_FILTERS = new Set(['type', 'event', 'container']);

/**
 * The `filters` of a query: `{"type":["container"]}`. Undefined when it is no such JSON, or names a filter that the fake
 * engine does not have.
 */
export function parseEventFilters(json: string): ReadonlyMap<string, readonly string[]> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const filters = new Map<string, readonly string[]>();
  for (const [kind, values] of Object.entries(value)) {
    if (!KNOWN_FILTERS.has(kind) || !isTexts(values)) return undefined;
    filters.set(kind, values);
  }
  return filters;
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string');
}

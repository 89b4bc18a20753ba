import { isContainerId } from './container-id.ts';
import type { ContainerEvent } from './engine.ts';
import { isRecord, record, text, textEntries } from './json.ts';

/** What Docker calls it where Podman has another word. */
const DOCKER_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['died', 'die'],
  ['remove', 'destroy'],
]);

/** Commands run inside a container, health checks above all: many, and no change of the container. */
const IGNORED_ACTION = /^(?:exec_|top$)/;

/**
 * One line of `GET /events`: the shape that Docker writes since API 1.22 (Type, Action, Actor), the older one (status,
 * id, from), and Podman's. Undefined for what is no event of a container that Wharf reports, and for what is no event at
 * all. `health_status: healthy` becomes the action `health_status` with the attribute `health_status`.
 */
export function parseEvent(line: string): ContainerEvent | undefined {
  const event = parseJson(line);
  if (!isRecord(event)) return undefined;
  const actor = record(event['Actor']);
  if ((event['Type'] ?? 'container') !== 'container') return undefined;
  const id = text(actor['ID']) || text(event['id']);
  const { action, detail } = splitAction(text(event['Action']) || text(event['status']));
  if (!isContainerId(id) || action === '' || IGNORED_ACTION.test(action)) return undefined;
  const health = detail || text(event['HealthStatus']);
  const image = text(event['from']);
  const attributes = {
    ...(image === '' ? {} : { image }),
    ...Object.fromEntries(textEntries(actor['Attributes'])),
    ...(action === 'health_status' && health !== '' ? { health_status: health } : {}),
  };
  return { action, id, timeNano: eventTime(event), attributes };
}

/** `health_status: healthy` and `exec_start: sh -c ...` carry a detail behind the colon. */
function splitAction(words: string): { action: string; detail: string } {
  const colon = words.indexOf(':');
  const action = colon < 0 ? words : words.slice(0, colon);
  const detail = colon < 0 ? '' : words.slice(colon + 1).trim();
  return { action: DOCKER_ACTIONS.get(action) ?? action, detail };
}

function eventTime(event: Readonly<Record<string, unknown>>): bigint {
  const { timeNano, time } = event;
  if (typeof timeNano === 'bigint') return timeNano;
  return typeof time === 'number' && Number.isSafeInteger(time) ? BigInt(time) * 1_000_000_000n : 0n;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line, keepNanoseconds);
  } catch {
    return undefined;
  }
}

/** A `number` cannot hold nanoseconds since 1970: they are read from the digits that were written. */
function keepNanoseconds(key: string, value: unknown, context?: { readonly source?: string }): unknown {
  const isTime = key === 'timeNano' && typeof value === 'number' && /^\d{1,20}$/.test(context?.source ?? '');
  return isTime ? BigInt(context?.source ?? 0) : value;
}

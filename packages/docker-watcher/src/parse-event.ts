import { isContainerId } from './container-id.ts';
import type { ContainerEvent } from './engine.ts';
import { isRecord, record, text, textEntries } from './json.ts';

/** What Docker calls it where Podman has another word. */
const DOCKER_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['died', 'die'],
  ['remove', 'destroy'],
]);

/** What happens to a container's networks, as events of type `network` say it. */
const NETWORK_ACTIONS: ReadonlyMap<string, string> = new Map([
  ['connect', 'network_connect'],
  ['disconnect', 'network_disconnect'],
]);

/** Commands run inside a container, health checks above all: many, and no change of the container. */
const IGNORED_ACTION = /^(?:exec_|top$)/;

/**
 * One line of `GET /events`: the shape that Docker writes since API 1.22 (Type, Action, Actor), the older one (status,
 * id, from), and Podman's. Undefined for what is no event of a container that Wharf reports, and for what is no event at
 * all. `health_status: healthy` becomes the action `health_status` with the attribute `health_status`; a network's
 * `connect` of a container becomes that container's `network_connect`.
 */
export function parseEvent(line: string): ContainerEvent | undefined {
  const event = parseJson(line);
  if (!isRecord(event)) return undefined;
  const type = event['Type'] ?? 'container';
  if (type === 'network') return parseNetworkEvent(event);
  if (type !== 'container') return undefined;
  const actor = record(event['Actor']);
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

/**
 * Docker's actor is the network, and its attributes name the container; Podman's actor is the container, and the network
 * has no name.
 */
function parseNetworkEvent(event: Readonly<Record<string, unknown>>): ContainerEvent | undefined {
  const actor = record(event['Actor']);
  const { container, name } = record(actor['Attributes']);
  const action = NETWORK_ACTIONS.get(text(event['Action']));
  const id = text(container) || text(actor['ID']);
  if (action === undefined || !isContainerId(id)) return undefined;
  const network = text(container) === '' ? '' : text(name);
  return { action, id, timeNano: eventTime(event), attributes: network === '' ? {} : { network } };
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

/** One change of a key in etcd. */
export interface StoreEvent {
  readonly revision: number;
  readonly type: 'put' | 'delete';
  readonly key: string;
  /** Empty for a delete. */
  readonly value: string;
  /** As decimal text; `0` for none, and for a delete. */
  readonly lease: string;
}

/**
 * One line of `etcdctl watch --write-out=json`, a `WatchResponse`: keys and values are in Base64.
 * @throws Error when the line is no such response, or says that history is missing
 */
export function parseWatchLine(line: string): readonly StoreEvent[] {
  // Lease IDs have 64 bits: as JSON's numbers, neighbours of each other would be one.
  const response: unknown = JSON.parse(line.replaceAll(/"lease":([0-9]+)/g, '"lease":"$1"'));
  if (!isObject(response)) throw new Error(`not a response of a watch: ${line}`);
  if (response.Canceled === true) throw new Error(`the history is not whole: ${line}`);
  const events: unknown = response.Events;
  return Array.isArray(events) ? events.map((event) => toEvent(event, line)) : [];
}

function toEvent(event: unknown, line: string): StoreEvent {
  const kv = isObject(event) && isObject(event.kv) ? event.kv : undefined;
  if (!isObject(event) || kv === undefined) throw new Error(`not an event: ${line}`);
  const { key, value = '', lease = '0', mod_revision: revision } = kv;
  return {
    revision: Number(revision),
    type: event.type === 1 ? 'delete' : 'put',
    key: Buffer.from(String(key), 'base64').toString(),
    value: Buffer.from(String(value), 'base64').toString(),
    lease: String(lease),
  };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

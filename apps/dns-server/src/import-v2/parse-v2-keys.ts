import { failure, type Result, success } from '@wharf/agent';

/** A key of etcd's version 2 that is no folder. */
export interface V2Key {
  /** With a slash in front: `/skydns/local/example/db`. */
  readonly key: string;
  readonly value: string;
  /** Seconds until it goes; undefined: it stays. */
  readonly ttlSeconds: number | undefined;
}

/** etcd's longest lease (`lease.MaxLeaseTTL`), in seconds. */
const MAX_LEASE_SECONDS = 9_000_000_000;

/**
 * Reads the answer to a recursive GET of `/v2/keys/...`. The error continues a sentence that names who answered. What is
 * nested however deep is read without recursion.
 * @see https://etcd.io/docs/v2.3/api/
 */
export function parseV2Keys(json: string): Result<readonly V2Key[], string> {
  const answer = parseObject(json);
  const root = answer === undefined || !('node' in answer) ? undefined : answer.node;
  if (root === undefined) return failure('does not answer as the version 2 of etcd does');
  const keys: V2Key[] = [];
  const open: unknown[] = [root];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== 'object' || node === null) return failure('lists something that is no key');
    if ('dir' in node && node.dir === true) {
      const children = 'nodes' in node ? node.nodes : [];
      if (!Array.isArray(children)) return failure('lists a folder that is none');
      // Not spread into one call: a folder may have more keys than a call takes arguments.
      for (const child of children.toReversed()) open.push(child);
      continue;
    }
    const key = readKey(node);
    if (key === undefined) return failure('lists a key without a name, a value or a sound TTL');
    keys.push(key);
  }
  return success(keys);
}

function readKey(node: object): V2Key | undefined {
  if (!('key' in node) || typeof node.key !== 'string' || !node.key.startsWith('/')) return undefined;
  if (!('value' in node) || typeof node.value !== 'string') return undefined;
  const { key, value } = { key: node.key, value: node.value };
  if (!('ttl' in node)) return { key, value, ttlSeconds: undefined };
  const { ttl } = node;
  if (typeof ttl !== 'number' || !Number.isSafeInteger(ttl) || ttl > MAX_LEASE_SECONDS) return undefined;
  return { key, value, ttlSeconds: ttl };
}

function parseObject(json: string): object | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

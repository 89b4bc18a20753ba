import type { EtcdServer } from '@wharf/testkit';

/** A key of etcd with the revisions that tell whether it was written or deleted meanwhile. */
export interface StoredKey {
  readonly value: string;
  readonly createRevision: string;
  readonly modRevision: string;
}

export type StoredKeys = Readonly<Record<string, StoredKey>>;

export interface StoreView {
  /** The store's own, which every write and every deletion raises. */
  readonly revision: string;
  readonly keys: StoredKeys;
}

/**
 * What etcd holds below `prefix`, read through its JSON gateway: without a process for each look, and without the client
 * that is under test.
 */
export async function readStore(etcd: Pick<EtcdServer, 'url'>, prefix = '/'): Promise<StoreView> {
  const response = await fetch(`${etcd.url}/v3/kv/range`, {
    method: 'POST',
    body: JSON.stringify({ key: base64(prefix), range_end: base64(afterPrefix(prefix)) }),
  });
  if (!response.ok) throw new Error(`etcd answers ${response.status}: ${await response.text()}`);
  const answer: unknown = await response.json();
  const found = listOf(field(answer, 'kvs')).map((entry): [string, StoredKey] => [
    unbase64(textAt(entry, 'key')),
    {
      value: unbase64(textAt(entry, 'value')),
      createRevision: textAt(entry, 'create_revision'),
      modRevision: textAt(entry, 'mod_revision'),
    },
  ]);
  return { revision: textAt(field(answer, 'header'), 'revision'), keys: Object.fromEntries(found) };
}

/** The records alone. */
export async function readRecords(etcd: Pick<EtcdServer, 'url'>): Promise<StoredKeys> {
  return (await readStore(etcd, '/skydns/')).keys;
}

/** A sample of etcd's own metrics, summed over all label sets that contain `labels`; 0 while there is none. */
export async function etcdMetric(etcd: Pick<EtcdServer, 'url'>, name: string, labels = ''): Promise<number> {
  const response = await fetch(`${etcd.url}/metrics`);
  return sumOfSamples(await response.text(), name, labels);
}

/** The sum of a metric's samples in Prometheus's text format. */
export function sumOfSamples(page: string, name: string, labels = ''): number {
  const samples = page.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
  return samples
    .filter((line) => line.includes(labels))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** The value at `name` of a JSON object; undefined when there is none. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

/** The elements of a JSON array; none of anything else. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The text at `name` of a JSON object; empty when there is none. */
export function textAt(value: unknown, name: string): string {
  const found = field(value, name);
  return typeof found === 'string' ? found : '';
}

function afterPrefix(prefix: string): string {
  return prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1);
}

const base64 = (plain: string): string => Buffer.from(plain).toString('base64');
const unbase64 = (encoded: string): string => Buffer.from(encoded, 'base64').toString();

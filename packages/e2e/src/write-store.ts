import type { EtcdServer } from '@wharf/testkit';
import { field, textAt } from './stored-keys.ts';

type Store = Pick<EtcdServer, 'url'>;

/** Puts a key through etcd's JSON gateway, as `readStore` reads; resolves to the store's revision with it. */
export function putKey(etcd: Store, key: string, value: string): Promise<number> {
  return change(etcd, 'put', { key: base64(key), value: base64(value) });
}

export function deleteKey(etcd: Store, key: string): Promise<number> {
  return change(etcd, 'deleterange', { key: base64(key) });
}

export function deleteEverything(etcd: Store): Promise<number> {
  return change(etcd, 'deleterange', { key: base64('\0'), range_end: base64('\0') });
}

async function change(etcd: Store, what: string, request: Readonly<Record<string, string>>): Promise<number> {
  const response = await fetch(`${etcd.url}/v3/kv/${what}`, { method: 'POST', body: JSON.stringify(request) });
  if (!response.ok) throw new Error(`etcd answers ${response.status}: ${await response.text()}`);
  return Number(textAt(field(await response.json(), 'header'), 'revision'));
}

const base64 = (plain: string): string => Buffer.from(plain).toString('base64');

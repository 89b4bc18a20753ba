import { type EtcdServer, type EventuallyOptions, eventually, type PrivateEngine, requestEngine } from '@wharf/testkit';
import { expect } from 'vitest';
import { DOMAIN, HOST_IP } from './cluster.ts';
import { field, listOf, readRecords, type StoredKeys, textAt } from './stored-keys.ts';

/** An engine and the settings that its registrar announces its containers with. */
export interface RecordSource {
  readonly engine: Pick<PrivateEngine, 'socketPath'>;
  /** `node-1` when absent. */
  readonly host?: string;
  /** `HOST_IP` when absent. */
  readonly ip?: string;
  /** 40 when absent. */
  readonly ttlSeconds?: number;
}

const SUBTREE = `/skydns/${DOMAIN.split('.').toReversed().join('/')}`;

/** Where the record of a test's container is. */
export function recordKey(service: string, id = `node-1:${service}:80`): string {
  return `${SUBTREE}/${service}/${id}`;
}

/** What other owners keep in the same store, between the records of the tests' services too. */
const FOREIGN_KEYS: Readonly<Record<string, string>> = {
  [`${SUBTREE}/by-hand`]: '{"host":"192.0.2.1","port":1}',
  [recordKey('web', 'by-hand')]: '{"host":"192.0.2.2","port":2}',
  [recordKey('web', 'node-1:gone:80')]: '{"host":"192.0.2.3","port":3,"ttl":40}',
  '/skydns/org/example/web': 'no JSON at all',
};

/** Writes keys that no registrar owns and none may touch; resolves to them as they are stored. */
export async function plantForeignKeys(etcd: EtcdServer): Promise<StoredKeys> {
  for (const [key, value] of Object.entries(FOREIGN_KEYS)) await etcd.etcdctl('put', key, value);
  return readRecords(etcd);
}

/**
 * The records that follow from the running containers, found out from the engine's own list. The tests' containers carry
 * a label `SERVICE_NAME`, and offer port 80: published, or in the host's network.
 */
export async function expectedRecords(source: RecordSource): Promise<Readonly<Record<string, string>>> {
  const { engine, host = 'node-1', ip = HOST_IP, ttlSeconds = 40 } = source;
  const { body } = await requestEngine(engine.socketPath, 'GET', '/containers/json');
  const records = listOf(JSON.parse(body)).map((container): [string, string] => {
    const name = String(listOf(field(container, 'Names'))[0]).slice(1);
    const labels = field(container, 'Labels');
    const id = textAt(labels, 'SERVICE_ID') || `${host}:${name}:80`;
    const port = announcedPort(container);
    return [recordKey(textAt(labels, 'SERVICE_NAME'), id), JSON.stringify({ host: ip, port, ttl: ttlSeconds })];
  });
  return Object.fromEntries(records);
}

function announcedPort(container: unknown): unknown {
  if (textAt(field(container, 'HostConfig'), 'NetworkMode') === 'host') return 80;
  // The port of an IPv6 binding may be another one.
  const binding = listOf(field(container, 'Ports')).find((port) => !textAt(port, 'IP').includes(':'));
  return field(binding, 'PublicPort');
}

/**
 * Waits until the store holds exactly the records that follow from the running containers: no ghost, none missing, and
 * everybody else's keys as they were.
 */
export async function untilExact(
  etcd: EtcdServer,
  foreign: StoredKeys,
  sources: readonly RecordSource[],
  options: EventuallyOptions = {},
): Promise<void> {
  await eventually(
    'the records that follow from the running containers, and no others',
    async () => {
      const wanted = Object.assign({}, ...(await Promise.all(sources.map(expectedRecords))));
      const stored = Object.entries(await readRecords(etcd));
      const own = stored.filter(([key]) => foreign[key] === undefined).map(([key, { value }]) => [key, value]);
      expect(Object.fromEntries(own)).toEqual(wanted);
    },
    { timeoutMs: 60_000, ...options },
  );
  expect(await readRecords(etcd)).toMatchObject(foreign);
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@wharf/agent';
import { createEtcdKeyStore, type KeyStore } from '@wharf/etcd-client';
import { type AgentProcess, type EtcdServer, freePort, startAgent, startEtcd, startKnot } from '@wharf/testkit';
import { root } from '../../root.ts';
import { moveToMeasuredCore } from '../cores.ts';
import { DOMAIN, type Instance, renderRecord, renderZone, type Service } from './service-data.ts';

/** etcd takes at most 128 operations in one transaction unless told otherwise. */
const PUTS_AT_ONCE = 100;
const TRANSACTIONS_AT_ONCE = 8;

/** What the DNS server is told about UDP. */
export type UdpChoice = 'batch' | 'dgram';

/** A server under measurement: a process of its own on 127.0.0.1. */
export interface Target {
  readonly name: string;
  readonly pid: number;
  readonly port: number;
}

/** The DNS server under measurement, with its admin HTTP. */
export interface DnsServerTarget extends Target {
  readonly agent: AgentProcess;
}

/** An etcd with services in it, and the benchmark's client of it. */
export interface Store {
  readonly etcd: EtcdServer;
  readonly store: KeyStore;
}

/** A folder for input files, removed with `cleanup`. */
export function makeFolder(cleanup: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-bench-dns-'));
  cleanup.defer(async () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export async function startStore(services: readonly Service[], cleanup: AsyncDisposableStack): Promise<Store> {
  const etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  const store = createEtcdKeyStore({ endpoints: [etcd.url], log: silentLogger });
  cleanup.defer(() => store.close());
  await putAll(
    store,
    services.flatMap(({ instances }) => instances),
  );
  return { etcd, store };
}

async function putAll(store: KeyStore, instances: readonly Instance[]): Promise<void> {
  const chunks: (readonly Instance[])[] = [];
  for (let at = 0; at < instances.length; at += PUTS_AT_ONCE) chunks.push(instances.slice(at, at + PUTS_AT_ONCE));
  const putNext = async (): Promise<void> => {
    for (let chunk = chunks.pop(); chunk !== undefined; chunk = chunks.pop()) {
      const operations = chunk.map((each) => ({ type: 'put', key: each.key, value: renderRecord(each) }) as const);
      await store.transact({ guards: [], operations });
    }
  };
  await Promise.all(Array.from({ length: TRANSACTIONS_AT_ONCE }, putNext));
}

export async function startKnotTarget(services: readonly Service[], cleanup: AsyncDisposableStack): Promise<Target> {
  const knot = await startKnot({ domain: DOMAIN, zoneText: renderZone(services), logLevel: 'error' });
  cleanup.defer(() => knot.stop());
  await moveToMeasuredCore(knot.pid);
  return { name: 'Knot', pid: knot.pid, port: knot.address.port };
}

/** Resolves when it has read the store. */
export async function startDnsServer(
  udp: UdpChoice,
  { etcd }: Store,
  cleanup: AsyncDisposableStack,
): Promise<DnsServerTarget> {
  const port = await freePort();
  const agent = await startAgent({
    name: 'dns-server',
    main: join(root, 'apps/dns-server/dist/main.js'),
    // Packets that ask for anything at all go no further than this machine.
    args: ['-no-rec', `-addr=127.0.0.1:${port}`, `-domain=${DOMAIN}`, `-machines=${etcd.url}`, `-udp=${udp}`],
  });
  cleanup.defer(() => agent.stop());
  await agent.ready();
  const { pid } = agent.process;
  await moveToMeasuredCore(pid);
  return { name: `dns-server -udp ${udp}`, pid, port, agent };
}

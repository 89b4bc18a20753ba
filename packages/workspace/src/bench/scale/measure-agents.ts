import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '@wharf/agent';
import { createEtcdKeyStore, type KeyStore } from '@wharf/etcd-client';
import {
  type AgentProcess,
  type EtcdServer,
  eventually,
  freePort,
  startAgent,
  startEtcd,
  startFakeEngine,
} from '@wharf/testkit';
import { root } from '../../root.ts';
import { metricValue } from '../metric-value.ts';
import { readUsage } from '../process-usage.ts';
import type { MeasuredCosts } from './measure-etcd.ts';
import { DOMAIN, PREFIX, putAll, recordOf } from './scale-records.ts';

const RECORDS = 50_000;
const CONTAINERS = 2_000;
const EVENTS = 500;
/** Changes come one by one: in a burst many would be dealt with at once. */
const BETWEEN_EVENTS_MS = 8;
const HOST_OF_EVENTS = 9_999;

/** What the built agents take, each as a process of its own on an etcd of its own. */
export async function measureAgents(): Promise<MeasuredCosts> {
  return { ...(await measureDnsServer()), ...(await measureRegistrar()) };
}

async function startStore(
  cleanup: AsyncDisposableStack,
): Promise<{ readonly etcd: EtcdServer; readonly store: KeyStore }> {
  const etcd = await startEtcd();
  cleanup.defer(() => etcd.stop());
  const store = createEtcdKeyStore({ endpoints: [etcd.url], log: silentLogger });
  cleanup.defer(() => store.close());
  return { etcd, store };
}

export async function startDnsServer(
  etcdUrls: readonly string[],
  cleanup: AsyncDisposableStack,
): Promise<AgentProcess> {
  const agent = await startAgent({
    name: 'dns-server',
    main: join(root, 'apps/dns-server/dist/main.js'),
    args: ['-no-rec', `-addr=127.0.0.1:${await freePort()}`, `-domain=${DOMAIN}`, `-machines=${etcdUrls.join(',')}`],
  });
  cleanup.defer(() => agent.stop());
  await agent.ready();
  return agent;
}

const rssBytes = (agent: AgentProcess): number => readUsage(agent.process.pid).rssMib * 2 ** 20;
const cpuSeconds = (agent: AgentProcess): number => readUsage(agent.process.pid).cpuSeconds;

async function measureDnsServer(): Promise<MeasuredCosts> {
  await using cleanup = new AsyncDisposableStack();
  const { etcd, store } = await startStore(cleanup);
  const empty = await startDnsServer([etcd.url], cleanup);
  const dnsServerBase = rssBytes(empty);
  const emptyCpu = cpuSeconds(empty);
  await empty.stop();
  const { id } = await store.grantLease(600);
  await putAll(store, RECORDS, () => id);
  const server = await startDnsServer([etcd.url], cleanup);
  const dnsServerLoad = (cpuSeconds(server) - emptyCpu) / RECORDS;
  const dnsServerRecord = (rssBytes(server) - dnsServerBase) / RECORDS;
  const idleCpu = await cpuDuring(server, () => delay(EVENTS * BETWEEN_EVENTS_MS));
  const busyCpu = await cpuDuring(server, () => changeRecords(store, server));
  return { dnsServerBase, dnsServerRecord, dnsServerLoad, dnsServerEvent: (busyCpu - idleCpu) / EVENTS };
}

async function changeRecords(store: KeyStore, server: AgentProcess): Promise<void> {
  for (let event = 0; event < EVENTS; event++) {
    const operation = { type: 'put' as const, ...recordOf(HOST_OF_EVENTS, event) };
    await store.transact({ guards: [], operations: [operation] });
    await delay(BETWEEN_EVENTS_MS);
  }
  await eventually('the dns-server has seen all', async () => {
    const records = metricValue(await server.text('/metrics'), 'wharf_dns_records');
    if (records !== RECORDS + EVENTS) throw new Error(`it has ${records} records`);
  });
}

async function measureRegistrar(): Promise<MeasuredCosts> {
  await using cleanup = new AsyncDisposableStack();
  const few = await startRegistrar(0, cleanup);
  const registrarBase = rssBytes(few.registrar);
  const { engine, registrar, store } = await startRegistrar(CONTAINERS, cleanup);
  const registrarContainer = (rssBytes(registrar) - registrarBase) / CONTAINERS;
  const idleCpu = await cpuDuring(registrar, () => delay(2 * EVENTS * BETWEEN_EVENTS_MS));
  const busyCpu = await cpuDuring(registrar, async () => {
    for (let event = 0; event < EVENTS; event++) {
      const name = `brief-${event}`;
      engine.run({ name, ports: [`${50_000 + event}:80`] });
      await delay(BETWEEN_EVENTS_MS);
      engine.die(name);
      engine.destroy(name);
      await delay(BETWEEN_EVENTS_MS);
    }
    await eventually('the records are those of before', async () => {
      let keys = 0;
      for await (const page of store.list(PREFIX)) keys += page.entries.length;
      if (keys !== CONTAINERS) throw new Error(`${keys} records`);
    });
  });
  return { registrarBase, registrarContainer, registrarEvent: (busyCpu - idleCpu) / (2 * EVENTS) };
}

async function startRegistrar(containers: number, cleanup: AsyncDisposableStack) {
  const { etcd, store } = await startStore(cleanup);
  const engine = await startFakeEngine();
  cleanup.defer(() => engine.close());
  engine.add(containers);
  const registrar = await startAgent({
    name: 'registrar',
    main: join(root, 'apps/registrar/dist/main.js'),
    args: ['-resync', '0', '-ip', '10.20.30.40', `skydns2://${etcd.endpoint}/${DOMAIN}`],
    env: { DOCKER_HOST: `unix://${engine.socketPath}` },
  });
  cleanup.defer(() => registrar.stop());
  await registrar.ready();
  return { engine, registrar, store };
}

async function cpuDuring(agent: AgentProcess, act: () => Promise<void>): Promise<number> {
  const before = cpuSeconds(agent);
  await act();
  return cpuSeconds(agent) - before;
}

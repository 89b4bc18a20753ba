import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { encodeDnsQuery } from '@wharf/testkit';
import { metricValue } from '../metric-value.ts';
import { quantile } from '../statistics.ts';
import { askWithDnsperf } from './ask-with-dnsperf.ts';
import { askEach } from './question-lines.ts';
import { addressOf, type Instance, makeServices, renderRecord, type Service } from './service-data.ts';
import { type DnsServerTarget, makeFolder, type Store, startDnsServer, startStore, type UdpChoice } from './stage.ts';
import { openUdpClient, type UdpClient } from './udp-client.ts';

const SERVICES = 1_000;
const INSTANCES = 4;
/** The services that change; dnsperf asks for the others. */
const CHANGING = 100;
const CHANGES = 1_000;
const CHANGES_PER_SECOND = 100;
const QUERIES_PER_SECOND = 10_000;
/** dnsperf asks so long before the first change, for every question to have been asked, and after the last one. */
const MARGIN_SECONDS = 2;
const GOAL_MS = 10;

/** Beyond the addresses of all instances. */
const FIRST_NEW_ADDRESS = 2 ** 20;

/** How soon a change in etcd is answered while many change and others are asked for. */
export async function benchChanges(print: (line: string) => void): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const services = makeServices(SERVICES, INSTANCES);
  const folder = makeFolder(cleanup);
  const store = await startStore(services, cleanup);
  const file = join(folder, 'others');
  const others = services.slice(CHANGING);
  writeFileSync(file, `${[...askEach(others, 'A'), ...askEach(others, 'SRV')].join('\n')}\n`);
  print(`${CHANGES_PER_SECOND} changes a second, ${QUERIES_PER_SECOND} queries a second for other services meanwhile`);
  for (const udp of ['batch', 'dgram'] as const) await benchWay(udp, store, { services, file }, print);
}

async function benchWay(
  udp: UdpChoice,
  store: Store,
  { services, file }: { readonly services: readonly Service[]; readonly file: string },
  print: (line: string) => void,
): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const server = await startDnsServer(udp, store, cleanup);
  const client = await openUdpClient(server.port, cleanup);
  const seconds = CHANGES / CHANGES_PER_SECOND + 2 * MARGIN_SECONDS;
  const [load, { lateness, before, after }] = await Promise.all([
    askWithDnsperf(server, { file, seconds, rate: QUERIES_PER_SECOND }),
    changeAndAsk(services.slice(0, CHANGING), store, server, client),
  ]);
  const shown = [0.5, 0.99, 1].map((q) => `${quantile(lateness, q).toFixed(2)} ms`);
  print(
    `${server.name}  put acknowledged to answered: p50 ${shown[0]}  p99 ${shown[1]} (goal < ${GOAL_MS})  most ${shown[2]}`,
  );
  print(
    `  others meanwhile: ${load.averageLatencyMs.toFixed(2)} ms, ${load.cpuMicros.toFixed(1)} µs CPU with the changes` +
      describePrepared(before, after),
  );
}

/** Replies that the server had ready, and those that it made to have them ready, since its start. */
interface PreparedReplies {
  readonly kept: number;
  readonly made: number;
}

async function readPrepared({ agent }: DnsServerTarget): Promise<PreparedReplies> {
  const metrics = await agent.text('/metrics');
  const count = (reply: string): number => metricValue(metrics, `wharf_dns_prepared_total{reply="${reply}"}`) ?? 0;
  return { kept: count('kept'), made: count('made') };
}

function describePrepared(before: PreparedReplies, after: PreparedReplies): string {
  const kept = after.kept - before.kept;
  const made = after.made - before.made;
  if (kept + made === 0) return '';
  const share = ((100 * kept) / (kept + made)).toFixed(2);
  return `; ${share} % of the replies were ready, ${made} were made for ${CHANGES} changes`;
}

interface ChangesAnswered {
  /** How late each change was answered, in milliseconds. */
  readonly lateness: readonly number[];
  /** At the first change. */
  readonly before: PreparedReplies;
  /** When the last one was answered. */
  readonly after: PreparedReplies;
}

/** Changes one service after another, evenly in time. */
async function changeAndAsk(
  services: readonly Service[],
  store: Store,
  server: DnsServerTarget,
  client: UdpClient,
): Promise<ChangesAnswered> {
  const queries = services.map(({ name }) => encodeDnsQuery({ name, type: 'A' }));
  // What was asked for before is what can be out of date.
  for (const query of queries) await client.ask(query);
  await delay(MARGIN_SECONDS * 1_000);
  const before = await readPrepared(server);
  const startMs = performance.now();
  const changes = Array.from({ length: CHANGES }, async (_, number) => {
    await delay(Math.max(startMs + (number * 1_000) / CHANGES_PER_SECOND - performance.now(), 0));
    const at = number % services.length;
    const instance = services[at]?.instances[0];
    const query = queries[at];
    if (instance === undefined || query === undefined) throw new RangeError(`there is no service ${at}`);
    const address = addressOf(FIRST_NEW_ADDRESS + number);
    return changeOne({ ...instance, address }, query, store, client);
  });
  return { lateness: await Promise.all(changes), before, after: await readPrepared(server) };
}

async function changeOne(instance: Instance, query: Buffer, { store }: Store, client: UdpClient): Promise<number> {
  const octets = Buffer.from(instance.address.split('.').map(Number));
  await store.transact({
    guards: [],
    operations: [{ type: 'put', key: instance.key, value: renderRecord(instance) }],
  });
  const acknowledgedMs = performance.now();
  for (;;) {
    const reply = await client.ask(query);
    if (reply.includes(octets)) return performance.now() - acknowledgedMs;
  }
}

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../statistics.ts';
import { askWithDnsperf, type Exchange } from './ask-with-dnsperf.ts';
import { askEach } from './question-lines.ts';
import { makeServices } from './service-data.ts';
import { makeFolder, type Store, startDnsServer, startKnotTarget, startStore } from './stage.ts';

const SERVICES = 40_000;
const INSTANCES = 4;
const STARTS = 3;
const MOST_SECONDS = 30;
const GOAL_MICROS = 40;

type AskedType = 'A' | 'SRV';

/** Each type is what a new process is asked for first, and what it is asked for when it has answered as many of the other. */
const orders: readonly (readonly [AskedType, AskedType])[] = [
  ['A', 'SRV'],
  ['SRV', 'A'],
];

/**
 * What a question costs that nobody has asked before: in a process that has answered none, whose code is not compiled yet,
 * and in one that has. What it costs Knot, to which it is a question as any other, says how fast the machine is just now.
 */
export async function benchFirstTime(print: (line: string) => void): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const services = makeServices(SERVICES, INSTANCES);
  const folder = makeFolder(cleanup);
  const fileOf = (type: AskedType): string => join(folder, type);
  for (const type of ['A', 'SRV'] as const) writeFileSync(fileOf(type), `${askEach(services, type).join('\n')}\n`);
  const store = await startStore(services, cleanup);
  const knot = await startKnotTarget(services, cleanup);
  print(`${SERVICES} services of ${INSTANCES} instances, each asked for once; ${STARTS} starts of the server each`);
  for (const [first, second] of orders) {
    const fresh: Exchange[] = [];
    const used: Exchange[] = [];
    const references: Exchange[] = [];
    while (fresh.length < STARTS) {
      const [atFirst, later] = await askNewServer(store, [fileOf(first), fileOf(second)]);
      fresh.push(atFirst);
      used.push(later);
      references.push(await askWithDnsperf(knot, { file: fileOf(first), seconds: MOST_SECONDS, isOnce: true }));
    }
    print(`${first.padEnd(3)} of a new process    ${describe(fresh)}  (Knot ${micros(references)})`);
    print(`${second.padEnd(3)} of the same process ${describe(used)}`);
  }
}

async function askNewServer(
  store: Store,
  [first, second]: readonly [string, string],
): Promise<readonly [Exchange, Exchange]> {
  await using cleanup = new AsyncDisposableStack();
  const server = await startDnsServer('batch', store, cleanup);
  const ask = (file: string): Promise<Exchange> =>
    askWithDnsperf(server, { file, seconds: MOST_SECONDS, isOnce: true });
  return [await ask(first), await ask(second)];
}

function describe(exchanges: readonly Exchange[]): string {
  const lost = exchanges.reduce((sum, exchange) => sum + exchange.lost, 0);
  const latency = median(exchanges.map((exchange) => exchange.averageLatencyMs));
  return `${micros(exchanges)} CPU (goal < ${GOAL_MICROS})  ${latency.toFixed(2)} ms  ${lost} lost`;
}

function micros(exchanges: readonly Exchange[]): string {
  return `${median(exchanges.map((exchange) => exchange.cpuMicros)).toFixed(1)} µs`;
}

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

/**
 * What a question costs that nobody has asked before, in a process that has answered none: nothing is compiled yet either.
 * What it costs Knot, to which it is a question as any other, says how fast the machine is just now.
 */
export async function benchFirstTime(print: (line: string) => void): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const services = makeServices(SERVICES, INSTANCES);
  const folder = makeFolder(cleanup);
  const store = await startStore(services, cleanup);
  const knot = await startKnotTarget(services, cleanup);
  print(`${SERVICES} services of ${INSTANCES} instances, each asked for once; ${STARTS} starts of the server each`);
  for (const type of ['A', 'SRV'] as const) {
    const file = join(folder, type);
    writeFileSync(file, `${askEach(services, type).join('\n')}\n`);
    const starts: Exchange[] = [];
    const references: Exchange[] = [];
    while (starts.length < STARTS) {
      starts.push(await askFreshServer(store, file));
      references.push(await askWithDnsperf(knot, { file, seconds: MOST_SECONDS, isOnce: true }));
    }
    const cpuMicros = median(starts.map((exchange) => exchange.cpuMicros));
    const columns = [
      type.padEnd(3),
      `${cpuMicros.toFixed(1)} µs CPU (goal < ${GOAL_MICROS})`,
      `Knot ${median(references.map((exchange) => exchange.cpuMicros)).toFixed(1)} µs`,
      `${median(starts.map((exchange) => exchange.averageLatencyMs)).toFixed(2)} ms`,
      `${starts.reduce((sum, exchange) => sum + exchange.lost, 0)} lost`,
    ];
    print(columns.join('  '));
  }
}

async function askFreshServer(store: Store, file: string): Promise<Exchange> {
  await using cleanup = new AsyncDisposableStack();
  const server = await startDnsServer('batch', store, cleanup);
  return await askWithDnsperf(server, { file, seconds: MOST_SECONDS, isOnce: true });
}

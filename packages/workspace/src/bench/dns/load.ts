import { execFile } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dnsServerDefaults } from '@wharf/dns-server';
import { freePort } from '@wharf/testkit';
import { type BenchVariable, readNumber } from '../variable.ts';
import { makeServices, renderRecord } from './service-data.ts';
import { startStore } from './stage.ts';

const DEFAULT_RECORDS = 100_000;
const INSTANCES = 4;
const STARTS = 3;
/** Under this path in the store is nothing. */
const EMPTY_PATH = 'empty';
const GOAL_SECONDS_PER_100_000 = 2;
const GOAL_STALL_MS = 50;
const GOAL_RATIO = 3;
const MIB = 1024 * 1024;

/** What one process measured; memory in octets, with the records. */
interface LoadFigures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly stallMs: number;
  /** Most CPU in a stall; what is longer waited for the host. */
  readonly stallCpuMs: number;
  /** JavaScript's heap in use, and memory outside of it that belongs to JavaScript. */
  readonly held: number;
  /** What the process has from the system. */
  readonly resident: number;
}

export const recordsVariable: BenchVariable = {
  name: 'DNS_BENCH_RECORDS',
  example: '1000000',
  summary: `How many records the part load has; ${DEFAULT_RECORDS} without it.`,
};

/**
 * What it takes to read all records from etcd, and to hold them, next to the octets of their keys and values and to the
 * same server without records. `DNS_BENCH_RECORDS=1000000` has as many.
 */
export async function benchLoad(print: (line: string) => void): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const records = readNumber(recordsVariable, DEFAULT_RECORDS, process.env);
  const services = makeServices(Math.ceil(records / INSTANCES), INSTANCES);
  const instances = services.flatMap((service) => service.instances);
  const own = instances.reduce((sum, each) => sum + Buffer.byteLength(each.key + renderRecord(each)), 0);
  const { etcd } = await startStore(services, cleanup);
  const each = (own / instances.length).toFixed(0);
  print(`${instances.length} records, ${each} octets of key and value each; ${STARTS} starts`);
  const base = await load(etcd.url, EMPTY_PATH);
  for (let start = 0; start < STARTS; start++) {
    for (const line of describe(await load(etcd.url, dnsServerDefaults.pathPrefix), base, own, instances.length))
      print(line);
  }
}

async function load(url: string, path: string): Promise<LoadFigures> {
  const script = fileURLToPath(new URL('load-process.ts', import.meta.url));
  const node = [process.execPath, ...process.execArgv, '--expose-gc', script, url, String(await freePort()), path];
  // The bench itself may be kept to some of the cores.
  const { stdout } = await promisify(execFile)('taskset', ['-c', `0-${cpus().length - 1}`, ...node]);
  const [seconds = 0, cpuSeconds = 0, stallMs = 0, stallCpuMs = 0, held = 0, resident = 0] = stdout
    .split(' ')
    .map(Number);
  return { seconds, cpuSeconds, stallMs, stallCpuMs, held, resident };
}

function describe(figures: LoadFigures, base: LoadFigures, own: number, records: number): readonly string[] {
  const { seconds, cpuSeconds, stallMs, stallCpuMs } = figures;
  const held = figures.held - base.held;
  const resident = figures.resident - base.resident;
  const goalSeconds = (GOAL_SECONDS_PER_100_000 * records) / 100_000;
  const mib = (octets: number): string => (octets / MIB).toFixed(1);
  return [
    `${seconds.toFixed(2)} s (goal < ${goalSeconds.toFixed(1)}), ${cpuSeconds.toFixed(2)} s CPU, longest stall ${stallMs.toFixed(0)} ms, ${stallCpuMs.toFixed(0)} ms CPU (goal < ${GOAL_STALL_MS})`,
    `  heap and external memory ${mib(base.held)} + ${mib(held)} MiB: ${(held / records).toFixed(0)} octets a record, ${(held / own).toFixed(2)}x their own (goal < ${GOAL_RATIO})`,
    `  resident memory ${mib(base.resident)} + ${mib(resident)} MiB: ${(resident / own).toFixed(2)}x`,
  ];
}

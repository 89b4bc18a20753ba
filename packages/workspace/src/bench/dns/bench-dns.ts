import { availableParallelism } from 'node:os';
import { buildQuietly } from '../../commands/build.ts';
import { ensurePrograms, type SystemProgram } from '../../system-packages.ts';
import { UserError } from '../../user-error.ts';
import type { Benchmark } from '../benchmarks.ts';
import { chooseParts } from '../choose-parts.ts';
import { leaveMeasuredCore } from '../cores.ts';
import type { BenchVariable } from '../variable.ts';
import { benchChanges } from './changes.ts';
import { benchFirstTime } from './first-time.ts';
import { benchHostile } from './hostile.ts';
import { benchLoad, recordsVariable } from './load.ts';
import { benchQueries } from './queries.ts';

const programs: readonly SystemProgram[] = [
  { command: 'etcd', debianPackage: 'etcd-server' },
  { command: 'knotd', debianPackage: 'knot' },
  { command: 'dnsperf', debianPackage: 'dnsperf' },
  { command: 'taskset', debianPackage: 'util-linux' },
];

const parts: Readonly<Record<string, Benchmark>> = {
  queries: benchQueries,
  'first-time': benchFirstTime,
  changes: benchChanges,
  hostile: benchHostile,
  load: benchLoad,
};

const partsVariable: BenchVariable = {
  name: 'DNS_BENCH',
  example: 'queries,hostile',
  summary: `Only these parts, of ${Object.keys(parts).join(', ')}.`,
};

export const dnsVariables: readonly BenchVariable[] = [partsVariable, recordsVariable];

/**
 * The built DNS server as a process of its own on a real etcd, beside Knot DNS. `DNS_BENCH=queries,hostile` runs only
 * those parts.
 */
export async function benchDns(print: (line: string) => void): Promise<void> {
  if (availableParallelism() < 2) throw new UserError('This benchmark needs two cores: one is for the server alone.');
  const chosen = chooseParts(partsVariable.name, parts);
  await ensurePrograms(programs, 'measure the DNS server beside Knot');
  const built = await buildQuietly(['--filter=@wharf/dns-server']);
  if (built !== 0) throw new UserError('The DNS server cannot be measured because it does not build: see above.');
  await using cleanup = new AsyncDisposableStack();
  await leaveMeasuredCore(cleanup);
  for (const [name, bench] of chosen) {
    print(`--- ${name}`);
    await bench(print);
  }
}

import { buildQuietly } from '../../commands/build.ts';
import { ensurePrograms } from '../../system-packages.ts';
import { UserError } from '../../user-error.ts';
import type { Benchmark } from '../benchmarks.ts';
import { chooseParts } from '../choose-parts.ts';
import { type CostName, costs, declaredCost, inUnitOf } from './costs.ts';
import { measureAgents } from './measure-agents.ts';
import { type MeasuredCosts, measureEtcd } from './measure-etcd.ts';
import { simulate } from './simulation.ts';

const parts: Readonly<Record<string, Benchmark>> = {
  costs: measureCosts,
  simulation: simulate,
};

/**
 * What the agents cost etcd and themselves, beside what the page on scale says, and hundreds of simulated hosts beside what
 * the model says. `SCALE_BENCH=simulation SCALE=500` runs only that.
 */
export async function benchScale(print: (line: string) => void): Promise<void> {
  const chosen = chooseParts('SCALE_BENCH', parts);
  await ensurePrograms([{ command: 'etcd', debianPackage: 'etcd-server' }], 'measure what etcd takes');
  const built = await buildQuietly(['--filter=@wharf/dns-server', '--filter=@wharf/registrar']);
  if (built !== 0) throw new UserError('The agents cannot be measured because they do not build: see above.');
  for (const [name, bench] of chosen) {
    print(`--- ${name}`);
    await bench(print);
  }
}

async function measureCosts(print: (line: string) => void): Promise<void> {
  print(`${''.padEnd(74)} declared  measured  ratio`);
  for (const measure of [measureEtcd, measureAgents]) printCosts(await measure(), print);
}

function printCosts(measured: MeasuredCosts, print: (line: string) => void): void {
  const names = Object.keys(costs).filter((name): name is CostName => name in measured);
  for (const name of names) {
    const { what, value, unit } = costs[name];
    const found = measured[name] ?? Number.NaN;
    const shown = `${value} ${inUnitOf(name, found).toPrecision(3).padStart(9)} ${unit.padEnd(6)}`;
    print(`${what.padEnd(70)} ${shown.padStart(26)}  ${(found / declaredCost(name)).toFixed(2)}`);
  }
}

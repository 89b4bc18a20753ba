import { buildQuietly } from '../../commands/build.ts';
import { ensurePrograms } from '../../system-packages.ts';
import { UserError } from '../../user-error.ts';
import type { Benchmark } from '../benchmarks.ts';
import { chooseParts } from '../choose-parts.ts';
import type { BenchVariable } from '../variable.ts';
import { type CostName, costs, declaredCost, inUnitOf } from './costs.ts';
import { measureAgents } from './measure-agents.ts';
import { type MeasuredCosts, measureEtcd } from './measure-etcd.ts';
import { modelVariables, readModel } from './model-installation.ts';
import { renderLoadText } from './render-scale-tables.ts';
import { simulate, sizesVariable } from './simulation.ts';

const parts: Readonly<Record<string, Benchmark>> = {
  model: printModel,
  costs: measureCosts,
  simulation: simulate,
};

const partsVariable: BenchVariable = {
  name: 'SCALE_BENCH',
  example: 'model',
  summary: `Only these parts, of ${Object.keys(parts).join(', ')}; model only calculates, and needs nothing installed.`,
};

export const scaleVariables: readonly BenchVariable[] = [partsVariable, ...modelVariables, sizesVariable];

/**
 * What the model says of an installation; what the agents cost etcd and themselves, beside what the page on scale says; and
 * hundreds of simulated hosts beside the model.
 */
export async function benchScale(print: (line: string) => void): Promise<void> {
  const chosen = chooseParts(partsVariable.name, parts);
  if (chosen.some(([name]) => name !== 'model')) await prepareMeasuring();
  for (const [name, bench] of chosen) {
    print(`--- ${name}`);
    await bench(print);
  }
}

async function prepareMeasuring(): Promise<void> {
  await ensurePrograms([{ command: 'etcd', debianPackage: 'etcd-server' }], 'measure what etcd takes');
  const built = await buildQuietly(['--filter=@wharf/dns-server', '--filter=@wharf/registrar']);
  if (built !== 0) throw new UserError('The agents cannot be measured because they do not build: see above.');
}

async function printModel(print: (line: string) => void): Promise<void> {
  const { assumptions, hostCounts } = readModel(process.env);
  for (const line of renderLoadText(assumptions, hostCounts)) print(line);
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

import type { Command } from './command.ts';
import type { MetricTable } from './metrics.ts';
import type { OptionDeclaration, OptionTable } from './options.ts';
import { BUILT_IN_FLAGS } from './scan-arguments.ts';

/**
 * What is wrong with a command's own declarations, one sentence each: for a test of every app, which expects none.
 * Flags and variables must be unambiguous, summaries sentences, and defaults and examples texts that the type takes.
 */
export function findCommandProblems(command: Command<OptionTable>): string[] {
  const seen = new Set<string>();
  const problems: string[] = [];
  if (!command.summary.endsWith('.')) problems.push(`${command.name}: the summary is not a sentence`);
  for (const [key, declaration] of Object.entries(command.options)) {
    const { flag, variables = [] } = declaration;
    const names = [...(flag === undefined ? [] : [`-${flag}`]), ...variables];
    if (names.length === 0) problems.push(`${key}: neither a flag nor a variable sets it`);
    if (flag !== undefined && BUILT_IN_FLAGS.has(flag)) problems.push(`${key}: -${flag} is every command's own`);
    for (const name of names) {
      if (seen.has(name)) problems.push(`${key}: ${name} belongs to another option too`);
      seen.add(name);
    }
    problems.push(...findTextProblems(declaration).map((problem) => `${key}: ${problem}`));
  }
  return problems;
}

/** The same for metrics: names are unique and in Prometheus's form, helps are sentences. */
export function findMetricProblems(metrics: MetricTable): string[] {
  const seen = new Set<string>();
  return Object.values(metrics).flatMap(({ type, name, help }) => {
    const problems: string[] = [];
    if (!/^wharf_[a-z0-9_]+$/.test(name)) problems.push(`${name}: does not begin with wharf_ or is not in lower case`);
    if ((type === 'counter') !== name.endsWith('_total'))
      problems.push(`${name}: counters, and they alone, end in _total`);
    if (!help.endsWith('.')) problems.push(`${name}: the help is not a sentence`);
    if (seen.has(name)) problems.push(`${name}: declared twice`);
    seen.add(name);
    return problems;
  });
}

function findTextProblems({ summary, type, default: value, example }: OptionDeclaration<unknown>): string[] {
  const problems: string[] = [];
  if (!summary.endsWith('.')) problems.push('the summary is not a sentence');
  if (value !== undefined && !type.parse(type.render(value)).ok) problems.push('the type refuses the default');
  if (example !== undefined && !type.parse(example).ok) problems.push('the type refuses the example');
  return problems;
}

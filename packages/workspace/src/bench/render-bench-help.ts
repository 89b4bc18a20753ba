import type { NamedBenchmark } from './benchmarks.ts';

/** What `npm run bench -- -help` prints: each benchmark with the variables it reads. */
export function renderBenchHelp(benchmarks: Readonly<Record<string, NamedBenchmark>>): string {
  const sections = Object.entries(benchmarks).map(([name, { summary, variables }]) => [
    `  ${name}`,
    `        ${summary}`,
    ...variables.flatMap((variable) => [
      `        ${variable.name}=${variable.example}`,
      `              ${variable.summary}`,
    ]),
  ]);
  return `${[
    'npm run bench: Runs all benchmarks, or those named. They print figures and fail on none.',
    '',
    'Usage: [VARIABLE=value] npm run bench -- [name ...]',
    '',
    'Benchmarks, and the variables that each reads:',
    ...sections.flat(),
  ].join('\n')}\n`;
}

import { describe, expect, it } from 'vitest';
import { benchmarks } from './benchmarks.ts';
import { renderBenchHelp } from './render-bench-help.ts';

describe('renderBenchHelp', () => {
  it('has a benchmark with its variables below it', () => {
    const run = async (): Promise<void> => undefined;
    const variables = [{ name: 'LINES', example: '20000', summary: 'How many lines there are.' }];
    expect(renderBenchHelp({ logs: { summary: 'Measures logs.', variables, run } })).toContain(
      ['  logs', '        Measures logs.', '        LINES=20000', '              How many lines there are.', ''].join(
        '\n',
      ),
    );
  });

  it('names every benchmark', () => {
    const lines = renderBenchHelp(benchmarks).split('\n');
    for (const name of Object.keys(benchmarks)) expect(lines).toContain(`  ${name}`);
  });
});

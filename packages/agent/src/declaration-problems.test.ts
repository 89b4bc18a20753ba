import { describe, expect, it } from 'vitest';
import { agentMetrics } from './agent-metrics.ts';
import type { Command } from './command.ts';
import { findCommandProblems, findMetricProblems } from './declaration-problems.ts';
import { integer, toggle } from './option-types.ts';
import { defineOptions } from './options.ts';
import { sampleCommand } from './testing/sample-command.ts';

describe('findCommandProblems', () => {
  it('finds none in a good command', () => {
    expect(findCommandProblems(sampleCommand)).toEqual([]);
  });

  it('names each option and what is wrong with it', () => {
    const options = defineOptions({
      a: { flag: 'x', variables: ['X'], type: toggle(), default: false, summary: 'Fine.' },
      b: { flag: 'x', variables: ['X'], type: toggle(), default: false, summary: 'Ambiguous.' },
      c: { type: toggle(), default: false, summary: 'Out of reach.' },
      d: { flag: 'help', type: toggle(), default: false, summary: 'Not its own.' },
      e: { flag: 'e', type: integer({ min: 1 }), default: 0, example: 'many', summary: 'no sentence' },
    });
    const command: Command<typeof options> = { ...sampleCommand, summary: 'No sentence', options };
    expect(findCommandProblems(command)).toEqual([
      'sample: the summary is not a sentence',
      'b: -x belongs to another option too',
      'b: X belongs to another option too',
      'c: neither a flag nor a variable sets it',
      "d: -help is every command's own",
      'e: the summary is not a sentence',
      'e: the type refuses the default',
      'e: the type refuses the example',
    ]);
  });
});

describe('findMetricProblems', () => {
  it('finds none in what every agent counts', () => {
    expect(findMetricProblems(agentMetrics)).toEqual([]);
  });

  it('names each metric and what is wrong with it', () => {
    const problems = findMetricProblems({
      a: { type: 'counter', name: 'wharf_lines', help: 'Lines.' },
      b: { type: 'gauge', name: 'wharf_lines', help: 'Lines' },
      c: { type: 'gauge', name: 'wharf_Queue_total', help: 'Queue.' },
    });
    expect(problems).toEqual([
      'wharf_lines: counters, and they alone, end in _total',
      'wharf_lines: the help is not a sentence',
      'wharf_lines: declared twice',
      'wharf_Queue_total: does not begin with wharf_ or is not in lower case',
      'wharf_Queue_total: counters, and they alone, end in _total',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import { countGaps } from './count-gaps.ts';
import type { Line } from './line.ts';

const printed = (...texts: readonly string[]): readonly Line[] =>
  texts.map((text) => ({ container: 'web', source: 'stdout', time: '', text: `${text} grüße` }));

describe('countGaps', () => {
  it.each([
    ['all', printed('stdout 1', 'stdout 2', 'stdout 3'), 0],
    ['the first ones missing', printed('stdout 3', 'stdout 4'), 2],
    ['two missing', printed('stdout 1', 'stdout 4'), 2],
    ['a line that is the end of another', printed('stdout 1', 'dout 2', 'stdout 3'), 2],
    ['another run', printed('stdout 1', 'stdout 2', 'stdout 1', 'stdout 2'), 0],
    [
      'another source',
      [...printed('stdout 1'), ...printed('stderr 1').map((line) => ({ ...line, source: 'stderr' as const }))],
      0,
    ],
  ])('%s', (_name, lines, gaps) => {
    expect(countGaps(lines)).toBe(gaps);
  });
});

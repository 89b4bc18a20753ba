import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { deliveriesIn, numberOf, printNumbers } from './numbered-lines.ts';

describe('printNumbers', () => {
  it('prints lines that numberOf reads', async () => {
    const [shell = '', ...args] = printNumbers('web-1', 0);
    const command = ['2', shell, ...args];
    const { stdout } = await promisify(execFile)('sh', ['-c', '"$@" | head -n "$0"', ...command]);
    expect(stdout.split('\n').slice(0, 2).map(numberOf)).toEqual([
      { source: 'web-1', number: 1 },
      { source: 'web-1', number: 2 },
    ]);
  });
});

describe('numberOf', () => {
  it.each(['', 'line', 'line a', 'line a x', 'a line a 1', 'line a 1 2'])('takes nothing from %j', (text) => {
    expect(numberOf(text)).toBeUndefined();
  });
});

describe('deliveriesIn', () => {
  it('tells what is missing and what came again, by source', () => {
    const texts = ['line a 1', 'line b 1', 'other', 'line a 3', 'line a 3', 'line a 2', 'line b 4'];
    expect(deliveriesIn(texts)).toEqual(
      new Map([
        ['a', { highest: 3, missing: [], repeated: 1 }],
        ['b', { highest: 4, missing: [2, 3], repeated: 0 }],
      ]),
    );
  });

  it('lists no more than the first 20 that are missing', () => {
    expect(deliveriesIn(['line a 1000']).get('a')?.missing).toHaveLength(20);
  });
});

import { describe, expect, it } from 'vitest';
import { compareLines } from './compare-lines.ts';
import type { Line } from './line.ts';

const line = (number: number, more: Partial<Line> = {}): Line => ({
  container: 'web',
  source: 'stdout',
  time: `2026-02-03T04:05:06.${String(number).padStart(6, '0')}`,
  text: `stdout ${number}`,
  ...more,
});
const lines = (...numbers: readonly number[]): readonly Line[] => numbers.map((number) => line(number));

describe('compareLines', () => {
  const kept = lines(1, 2, 3, 4);

  it.each([
    ['all once', lines(1, 2, 3, 4), {}],
    ['one missing', lines(1, 2, 4), { missing: lines(3) }],
    ['a stretch sent again', lines(1, 2, 3, 2, 3, 4), { duplicates: 2, mostOften: 2 }],
    ['one thrice', lines(1, 2, 3, 4, 4, 4), { duplicates: 2, mostOften: 3 }],
    ['one that overtook another', lines(1, 3, 2, 4), { late: lines(2) }],
    [
      'one with another text',
      [...lines(1, 2, 3), line(4, { text: 'stdout' })],
      { missing: lines(4), foreign: [line(4, { text: 'stdout' })], cutOff: [line(4, { text: 'stdout' })] },
    ],
    [
      'one of another source',
      [...lines(1, 2, 3), line(4, { source: 'stderr' })],
      { missing: lines(4), foreign: [line(4, { source: 'stderr' })] },
    ],
    [
      'one with another time',
      [...lines(1, 2, 3), line(4, { time: line(5).time })],
      { missing: lines(4), foreign: [line(4, { time: line(5).time })] },
    ],
    ['nothing', [], { missing: kept, mostOften: 0 }],
  ])('%s', (_name, arrived, found) => {
    const none = {
      kept: 4,
      arrivals: arrived.length,
      missing: [],
      foreign: [],
      cutOff: [],
      duplicates: 0,
      mostOften: 1,
      late: [],
    };
    expect(compareLines(kept, arrived)).toEqual({ ...none, ...found });
  });

  it('tells the beginning of a message from what is none', () => {
    const cutOff = [
      line(4, { text: 'stdou' }),
      line(4, { text: 'st\ufffd' }),
      line(4, { text: '' }),
      line(0, { container: '', text: '<14>1 2026' }),
    ];
    const others = [line(4, { text: 'tdout 4' }), line(5), line(0, { container: '', text: 'ut 4' })];
    expect(compareLines(kept, [...kept, ...cutOff, ...others])).toMatchObject({
      foreign: [...cutOff, ...others],
      cutOff,
    });
  });

  it('has an order for each source of each container', () => {
    const pair = [line(1), line(2, { source: 'stderr' }), line(3, { container: 'api' })];
    expect(compareLines(pair, pair.toReversed()).late).toEqual([]);
  });
});

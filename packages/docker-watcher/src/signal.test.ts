import { describe, expect, it } from 'vitest';
import { parseSignal } from './signal.ts';

describe('parseSignal', () => {
  it.each([
    ['SIGTERM', 15],
    ['term', 15],
    ['15', 15],
    ['SIGQUIT', 3],
    ['SIGWINCH', 28],
    ['SIGRTMIN+3', 37],
    ['RTMIN', 34],
    ['RTMAX-1', 63],
    [' 9 ', 9],
    ['0', undefined],
    ['65', undefined],
    ['RTMAX+1', undefined],
    ['SIGNONSENSE', undefined],
    ['', undefined],
  ])('%j is %j', (text, signal) => {
    expect(parseSignal(text)).toBe(signal);
  });
});

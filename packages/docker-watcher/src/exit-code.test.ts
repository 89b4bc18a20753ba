import { describe, expect, it } from 'vitest';
import { exitCodeOf } from './exit-code.ts';

describe('exitCodeOf', () => {
  it.each([
    [{ exitCode: '137' }, 137],
    [{ containerExitCode: '1' }, 1],
    [{}, undefined],
    [{ exitCode: 'x' }, undefined],
    [{ exitCode: '' }, undefined],
  ])('%j is %s', (attributes, code) => {
    expect(exitCodeOf(attributes)).toBe(code);
  });
});

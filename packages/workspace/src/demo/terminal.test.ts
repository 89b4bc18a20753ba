import { describe, expect, it } from 'vitest';
import { createNarrator, renderDuration } from './terminal.ts';

describe('renderDuration', () => {
  it.each([
    [0.42, '0.4 ms'],
    [9.96, '10.0 ms'],
    [38.4, '38 ms'],
    [2_140, '2.1 s'],
  ])('writes %d ms as %s', (ms, expected) => {
    expect(renderDuration(ms)).toBe(expected);
  });
});

describe('createNarrator', () => {
  const record = () => {
    const written: string[] = [];
    let now = 0;
    const narrator = createNarrator({ write: (text) => written.push(text), isTerminal: false }, () => now);
    return { written, narrator, pass: (ms: number) => (now += ms) };
  };

  it('writes a finished step with its time, then its details', async () => {
    const { written, narrator, pass } = record();
    const value = await narrator.step('starts the engine', async () => {
      narrator.detail('Docker 20.10');
      pass(120);
      return 7;
    });
    expect(value).toBe(7);
    expect(written.join('')).toBe('  ✓ starts the engine 120 ms\n      Docker 20.10\n');
  });

  it('marks a step that failed and passes its error on', async () => {
    const { written, narrator } = record();
    await expect(narrator.step('fails', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(written.join('')).toContain('✗ fails');
  });
});

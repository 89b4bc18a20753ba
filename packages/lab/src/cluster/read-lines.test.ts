import { describe, expect, it } from 'vitest';
import { createLineReader } from './read-lines.ts';

describe('createLineReader', () => {
  it('tells lines from however they are cut', () => {
    const lines: string[] = [];
    const read = createLineReader((line) => lines.push(line));
    for (const chunk of ['on', 'e\ntwo\nth', 'ree', '\n', 'unfinished']) read(Buffer.from(chunk));
    expect(lines).toEqual(['one', 'two', 'three']);
  });

  it('leaves a character alone that two chunks share', () => {
    const lines: string[] = [];
    const read = createLineReader((line) => lines.push(line));
    for (const byte of Buffer.from('räuber\n')) read(Buffer.from([byte]));
    expect(lines).toEqual(['räuber']);
  });
});

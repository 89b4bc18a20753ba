import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createLineSplitter } from './line-splitter.ts';

/** What comes out when `bytes` arrive in chunks that end at `cuts`; a dropped line shows as null. */
function split(bytes: Buffer, cuts: readonly number[], limitBytes: number): readonly (string | null)[] {
  const lines: (string | null)[] = [];
  const splitter = createLineSplitter(limitBytes, {
    onLine: (line) => lines.push(line),
    onOverlong: () => lines.push(null),
  });
  const ends = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length].sort((a, b) => a - b);
  let start = 0;
  for (const end of ends) {
    splitter.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}

describe('createLineSplitter', () => {
  it.each([
    ['ends at LF and at CR LF', 'a\r\nb\n', ['a', 'b']],
    ['leaves out empty lines', '\n\r\n\na\n', ['a']],
    ['does not deliver a line that has not ended', 'a\nb', ['a']],
    ['drops a line beyond the limit, and that alone', 'a\n12345\n1234\nb\n', ['a', null, '1234', 'b']],
  ])('%s', (_what, text, expected) => {
    expect(split(Buffer.from(text), [], 4)).toEqual(expected);
  });

  it('gives the same lines wherever the chunks end', () => {
    const someLine = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 30 })
      .map((s) => s.replaceAll(/[\r\n]/g, '.'));
    fc.assert(
      fc.property(fc.array(someLine), fc.array(fc.nat()), (lines, cuts) => {
        const text = lines.map((line) => `${line}\n`).join('');
        const whole = Buffer.from(text).toString('utf8').split('\n').slice(0, -1);
        expect(split(Buffer.from(text), cuts, 1000)).toEqual(whole);
      }),
    );
  });
});

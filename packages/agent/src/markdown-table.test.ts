import { describe, expect, it } from 'vitest';
import { renderCode, renderMarkdownTable } from './markdown-table.ts';

describe('renderMarkdownTable', () => {
  it('aligns columns, escapes bars and keeps a cell on one line', () => {
    expect(renderMarkdownTable(['A', 'Long header'], [['`a|b`', 'two\nlines'], ['x']])).toBe(
      [
        '| A      | Long header |',
        '| ------ | ----------- |',
        '| `a\\|b` | two lines   |',
        '| x      |             |',
        '',
      ].join('\n'),
    );
  });
});

describe('renderCode', () => {
  it.each([
    ['', ''],
    ['a', '`a`'],
    ['a`b', '`` a`b ``'],
  ])('turns "%s" into "%s"', (text, expected) => {
    expect(renderCode(text)).toBe(expected);
  });
});

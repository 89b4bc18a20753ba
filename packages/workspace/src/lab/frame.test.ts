import { describe, expect, it } from 'vitest';
import { renderUpdate } from './frame.ts';

const cursor = { row: 2, column: 3 };

describe('renderUpdate', () => {
  it('writes only the lines that differ, then puts the cursor back', () => {
    const written = renderUpdate({ lines: ['a', 'b', '> '], cursor }, { lines: ['a', 'B', '> '], cursor });
    expect(written.replaceAll('\u001b[', '<')).toBe('<?2026h<?25l<2;1HB<K<3;4H<?25h<?2026l');
  });

  it('writes nothing when nothing differs', () => {
    expect(renderUpdate({ lines: ['a'], cursor }, { lines: ['a'], cursor: { ...cursor } })).toBe('');
  });

  it('moves the cursor alone', () => {
    const written = renderUpdate({ lines: ['a'], cursor }, { lines: ['a'], cursor: { row: 0, column: 0 } });
    expect(written.replaceAll('\u001b[', '<')).toBe('<?2026h<?25l<1;1H<?25h<?2026l');
  });

  it('erases lines that are no more, and hides a cursor that is no more', () => {
    const written = renderUpdate({ lines: ['a', 'b'], cursor }, { lines: ['a'], cursor: undefined });
    expect(written.replaceAll('\u001b[', '<')).toBe('<?2026h<?25l<2;1H<K<?2026l');
  });
});

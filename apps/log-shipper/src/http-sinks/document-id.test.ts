import { describe, expect, it } from 'vitest';
import { createDocumentIds } from './document-id.ts';

const line = (text: string, nanos = 1) => ({
  source: 'stdout' as const,
  timestamp: `2026-02-03T04:05:06.${String(nanos).padStart(9, '0')}Z`,
  bytes: Buffer.from(text),
});
const idsOf = (...lines: readonly ReturnType<typeof line>[]) => lines.map(createDocumentIds('0123456789abcdef', 'n'));

describe('createDocumentIds', () => {
  it('tells equal lines of the same time from each other, also with others between', () => {
    expect(new Set(idsOf(line('a'), line('b'), line('a'), line('b'), line('a', 2))).size).toBe(5);
  });

  it('gives a line the same ID when another one of its time is not sent again', () => {
    const [, second] = idsOf(line('a'), line('b'));
    expect(idsOf(line('b'))).toEqual([second]);
  });
});

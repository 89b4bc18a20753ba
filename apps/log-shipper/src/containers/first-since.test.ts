import { describe, expect, it } from 'vitest';
import { sampleContainer } from '../testing/sample-container.ts';
import { firstSince } from './first-since.ts';

const fromNano = 1_770_091_506_000_000_000n;
const never = '0001-01-01T00:00:00Z';

describe('firstSince', () => {
  it.each([
    ['runs since before', fromNano, {}, { since: '1770091506.000000000' }],
    ['ended before', fromNano, { running: false, finishedAt: '2026-02-03T04:05:05.9Z' }, undefined],
    [
      'ended after',
      fromNano,
      { running: false, finishedAt: '2026-02-03T04:05:06.1Z' },
      { since: '1770091506.000000000' },
    ],
    ['never started', fromNano, { running: false, startedAt: never, finishedAt: never }, undefined],
    ['came later', undefined, {}, { since: undefined }],
    ['came later and ended', undefined, { running: false, finishedAt: '2026-02-03T04:05:09Z' }, { since: undefined }],
    ['came later and never started', undefined, { running: false, startedAt: '', finishedAt: '' }, undefined],
  ])('of one that %s', (_name, from, state, since) => {
    expect(firstSince(sampleContainer({ state }).state, from)).toEqual(since);
  });
});

import { constants } from 'node:os';
import { describe, expect, it } from 'vitest';
import { sendBatch } from './send-batch.ts';

const { EAGAIN, ENOBUFS, EPERM, ENETUNREACH } = constants.errno;

/** What becomes of messages that the system answers one call after the other in this way. */
const send = (count: number, ...results: readonly number[]) => {
  const calls: (readonly [number, number])[] = [];
  const refused: (readonly [number, number])[] = [];
  const busy: number[] = [];
  sendBatch({
    count,
    send(first, rest) {
      calls.push([first, rest]);
      return results[calls.length - 1] ?? rest;
    },
    onRefused: (i, errno) => refused.push([i, errno]),
    onBusy: (i) => busy.push(i),
  });
  return { calls, refused, busy };
};

describe('sendBatch', () => {
  it.each([
    { why: 'nothing to send', count: 0, results: [], calls: [] },
    { why: 'all at once', count: 3, results: [3], calls: [[0, 3]] },
    {
      why: 'all, in parts',
      count: 5,
      results: [2, 1],
      calls: [
        [0, 5],
        [2, 3],
        [3, 2],
      ],
    },
    {
      why: 'one that is refused in the middle',
      count: 4,
      results: [1, -EPERM],
      calls: [
        [0, 4],
        [1, 3],
        [2, 2],
      ],
      refused: [[1, EPERM]],
    },
    {
      why: 'every one refused',
      count: 2,
      results: [-ENETUNREACH, -EPERM],
      calls: [
        [0, 2],
        [1, 1],
      ],
      refused: [
        [0, ENETUNREACH],
        [1, EPERM],
      ],
    },
    {
      why: 'a system that is busy after the first',
      count: 3,
      results: [1, -EAGAIN],
      calls: [
        [0, 3],
        [1, 2],
      ],
      busy: [1, 2],
    },
    { why: 'a full queue', count: 2, results: [-ENOBUFS], calls: [[0, 2]], busy: [0, 1] },
    { why: 'a system that takes none', count: 2, results: [0], calls: [[0, 2]], busy: [0, 1] },
  ])('loses no other: $why', ({ count, results, calls, refused = [], busy = [] }) => {
    expect(send(count, ...results)).toEqual({ calls, refused, busy });
  });
});

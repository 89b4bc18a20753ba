import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextTurn } from '../io/next-turn.ts';
import type { MessageBatch } from './message-batch.ts';
import { createMessageQueue } from './message-queue.ts';

const forever = new AbortController().signal;
/** A batch of one message; `onSafe` adds it to `safe`. */
const batchOf = (texts: readonly string[], safe: string[] = []): MessageBatch => {
  const parts = texts.map((text) => Buffer.from(text));
  let end = 0;
  return {
    bytes: Buffer.concat(parts),
    ends: parts.map(({ length }) => (end += length)),
    onSafe: () => safe.push(...texts),
  };
};
const filled = (...texts: readonly string[]) => {
  const queue = createMessageQueue({ messages: 100, bytes: 1_000 }, nextTurn);
  for (const text of texts) queue.push(batchOf([text]));
  return queue;
};

describe('createMessageQueue', () => {
  it('gives messages in order, within the limits of a batch but at least one', () => {
    const queue = filled('aaaa', 'b', 'c', 'd');
    expect(queue.take(3).map(String)).toEqual(['aaaa']);
    expect(queue.take(100, 2).map(String)).toEqual(['b', 'c']);
    expect(queue.take(100).map(String)).toEqual(['d']);
    expect(queue.take(100)).toEqual([]);
  });

  it('keeps what was taken until it is confirmed, and gives it again after rewind', () => {
    const queue = filled('a', 'b', 'c');
    queue.take(3);
    queue.confirm(1);
    expect({ messages: queue.messages, bytes: queue.bytes }).toEqual({
      messages: 2,
      bytes: 2,
    });
    expect(queue.rewind()).toBe(2);
    expect(queue.take(9).map(String)).toEqual(['b', 'c']);
  });

  it('refuses to confirm what was not taken', () => {
    const queue = filled('a');
    expect(() => queue.confirm(1)).toThrow(RangeError);
  });

  it.each([
    ['messages', { messages: 2, bytes: 100 }],
    ['bytes', { messages: 100, bytes: 2 }],
  ])('is full at its limit of %s, taken ones included, until one is confirmed', async (_name, limits) => {
    const queue = createMessageQueue(limits, nextTurn);
    queue.push(batchOf(['a']));
    expect(queue.isFull).toBe(false);
    queue.push(batchOf(['b']));
    queue.take(9);
    expect(queue.isFull).toBe(true);
    let hasRoom = false;
    const room = queue.room(forever).then(() => {
      hasRoom = true;
    });
    await Promise.resolve();
    expect(hasRoom).toBe(false);
    queue.confirm(1);
    await room;
    expect(queue.isFull).toBe(false);
  });

  it('tells batches that they are safe in order, those without a message too', () => {
    const safe: string[] = [];
    const queue = createMessageQueue({ messages: 100, bytes: 1_000 }, nextTurn);
    const empty = (name: string) => queue.push({ bytes: Buffer.alloc(0), ends: [], onSafe: () => safe.push(name) });
    empty('first');
    queue.push(batchOf(['a', 'b'], safe));
    empty('second');
    queue.push(batchOf(['c'], safe));
    expect(safe).toEqual(['first']);
    queue.take(100);
    queue.confirm(1);
    expect(safe).toEqual(['first']);
    queue.confirm(1);
    expect(safe).toEqual(['first', 'a', 'b', 'second']);
    queue.confirm(1);
    expect(safe).toEqual(['first', 'a', 'b', 'second', 'c']);
  });

  it('gives messages that lie together as one chunk, cut only between messages', () => {
    const queue = createMessageQueue({ messages: 100, bytes: 1_000 }, nextTurn);
    queue.push(batchOf(['aa', 'bb', 'cc']));
    queue.push(batchOf(['dd']));
    expect(queue.takeBytes(5)).toMatchObject({ messages: 2, bytes: 4, chunks: [Buffer.from('aabb')] });
    expect(queue.takeBytes(1)).toMatchObject({ messages: 1, chunks: [Buffer.from('cc')] });
    expect(queue.takeBytes(100)).toMatchObject({ messages: 1, chunks: [Buffer.from('dd')] });
    expect(queue.takeBytes(100)).toEqual({ messages: 0, bytes: 0, chunks: [] });
  });

  it('wakes who waits for a message, and who waits when it is given up', async () => {
    const queue = filled();
    const available = queue.available(forever);
    queue.push(batchOf(['a']));
    await available;
    queue.take(1);
    const abort = new AbortController();
    const waiting = queue.available(abort.signal);
    abort.abort();
    await waiting;
    expect(queue.take(1)).toEqual([]);
  });

  it('gives every message once in order when all are confirmed, wherever it is rewound', () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('push' as const), count: fc.integer({ min: 0, max: 2_000 }) }),
      fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 3_000 }) }),
      fc.record({ kind: fc.constant('take bytes' as const), count: fc.integer({ min: 1, max: 9_000 }) }),
      fc.record({ kind: fc.constant('confirm' as const), count: fc.integer({ min: 1, max: 3_000 }) }),
      fc.record({ kind: fc.constant('rewind' as const), count: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const queue = createMessageQueue({ messages: 1e9, bytes: 1e9 }, nextTurn);
        let pushed = 0;
        let taken: string[] = [];
        const confirmed: string[] = [];
        const rewound: number[] = [];
        const safe: string[] = [];
        let miscounts = 0;
        for (const { kind, count } of steps) {
          if (kind === 'push')
            queue.push(
              batchOf(
                Array.from({ length: count }, () => `${pushed++} `),
                safe,
              ),
            );
          if (kind === 'take') taken.push(...queue.take(1e9, count).map(String));
          if (kind === 'take bytes') {
            const { chunks, messages, bytes } = queue.takeBytes(count);
            const texts = Buffer.concat(chunks)
              .toString()
              .split(/(?<= )/);
            const came = texts.filter((text) => text !== '');
            miscounts += Math.abs(came.length - messages) + Math.abs(Buffer.concat(chunks).length - bytes);
            taken.push(...came);
          }
          if (kind === 'confirm') {
            const done = taken.splice(0, count);
            queue.confirm(done.length);
            confirmed.push(...done);
          }
          if (kind === 'rewind') {
            rewound.push(queue.rewind() - taken.length);
            taken = [];
          }
          expect(queue.messages).toBe(pushed - confirmed.length);
          // A batch is safe with its last message, never before.
          expect(safe).toEqual(confirmed.slice(0, safe.length));
        }
        expect(miscounts).toBe(0);
        expect(rewound.every((difference) => difference === 0)).toBe(true);
        expect(confirmed).toEqual(Array.from({ length: confirmed.length }, (_, index) => `${index} `));
      }),
      { numRuns: 50 },
    );
  });
});

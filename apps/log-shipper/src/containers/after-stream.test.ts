import { describe, expect, it } from 'vitest';
import { afterStream, type ContainerFate, type StreamEnd } from './after-stream.ts';

describe('afterStream', () => {
  it.each<[StreamEnd['kind'], ContainerFate['kind'], 'finish' | 'reopen']>([
    ['closed', 'ended', 'finish'],
    ['closed', 'running', 'reopen'],
    ['closed', 'unknown', 'reopen'],
    ['closed', 'gone', 'finish'],
    ['broken', 'ended', 'reopen'],
    ['broken', 'running', 'reopen'],
    ['broken', 'unknown', 'reopen'],
    ['broken', 'gone', 'finish'],
    ['unreadable', 'running', 'finish'],
    ['unreadable', 'unknown', 'finish'],
  ])('a stream %s of a container %s: %s', (end, fate, next) => {
    expect(afterStream(end === 'closed' ? { kind: end } : { kind: end, reason: 'why' }, { kind: fate })).toBe(next);
  });
});

import { describe, expect, it } from 'vitest';
import type { ReadingEnd } from '../sources/log-source.ts';
import { afterStream, type ContainerFate, type NextStep } from './after-stream.ts';

describe('afterStream', () => {
  it.each<[ReadingEnd['kind'], ContainerFate, boolean, NextStep]>([
    ['closed', 'ended', false, 'read-rest'],
    ['closed', 'ended', true, 'finish'],
    ['closed', 'running', false, 'reopen'],
    ['closed', 'running', true, 'reopen'],
    ['closed', 'unknown', true, 'reopen'],
    ['closed', 'gone', false, 'finish'],
    ['broken', 'ended', true, 'reopen'],
    ['broken', 'running', false, 'reopen'],
    ['broken', 'unknown', false, 'reopen'],
    ['broken', 'gone', false, 'finish'],
    ['unreadable', 'running', false, 'finish'],
    ['unreadable', 'unknown', false, 'finish'],
  ])('a stream %s of a container %s (known to have ended before: %s): %s', (end, fate, hadEnded, next) => {
    expect(afterStream(end, fate, hadEnded)).toBe(next);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isStaticElf } from './sample-image.ts';

describe('isStaticElf', () => {
  it('is true of a static busybox', () => {
    expect(isStaticElf(readFileSync('/bin/busybox'))).toBe(true);
  });

  it('is false of a program with an interpreter', () => {
    expect(isStaticElf(readFileSync('/bin/ls'))).toBe(false);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a script', Buffer.from(`#!/bin/sh\n${'#'.repeat(100)}`)],
    [
      'a header that points beyond its end',
      Buffer.concat([Buffer.from('7f454c460201', 'hex'), Buffer.alloc(90, 0xff)]),
    ],
  ])('is false of %s', (_what, bytes) => {
    expect(isStaticElf(bytes)).toBe(false);
  });
});

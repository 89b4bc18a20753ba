import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gzipLastTime } from './gzip-last-time.ts';

const withExtra = (extra: string): Buffer => {
  const plain = gzipSync('x');
  const length = Buffer.alloc(2);
  length.writeUInt16LE(extra.length);
  const head = Buffer.from(plain.subarray(0, 10));
  head[3] = 4;
  return Buffer.concat([head, length, Buffer.from(extra), plain.subarray(10)]);
};

describe('gzipLastTime', () => {
  it('reads the time that dockerd writes', () => {
    const extra = '{"lastTime":"2026-11-22T15:19:59.19221432Z"}';
    expect(gzipLastTime(withExtra(extra))).toBe('2026-11-22T15:19:59.192214320Z');
  });

  it.each([
    ['a file of another program', gzipSync('x')],
    ['another extra field', withExtra('xx')],
    ['a time that is none', withExtra('{"lastTime":"soon"}')],
    ['no compressed file', Buffer.from('{"log":"x"}')],
    ['nothing', Buffer.alloc(0)],
  ])('knows none of %s', (_name, head) => {
    expect(gzipLastTime(head)).toBeUndefined();
  });
});

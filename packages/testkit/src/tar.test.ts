import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { encodeTar } from './tar.ts';

describe('encodeTar', () => {
  it('is read by tar', () => {
    const archive = encodeTar([
      { type: 'folder', path: 'bin/', mode: 0o755 },
      { type: 'file', path: 'bin/tool', mode: 0o755, bytes: Buffer.alloc(513, 'x') },
      { type: 'link', path: 'bin/alias', target: 'tool' },
    ]);
    const listing = execFileSync('tar', ['-tv', '--utc', '--numeric-owner'], { input: archive, encoding: 'utf8' });
    expect(listing.split('\n')).toEqual([
      'drwxr-xr-x 0/0               0 1970-01-01 00:00 bin/',
      '-rwxr-xr-x 0/0             513 1970-01-01 00:00 bin/tool',
      'lrwxrwxrwx 0/0               0 1970-01-01 00:00 bin/alias -> tool',
      '',
    ]);
    expect(execFileSync('tar', ['-xO', 'bin/tool'], { input: archive, encoding: 'utf8' })).toBe('x'.repeat(513));
  });

  it('refuses a path that its header cannot hold', () => {
    expect(() => encodeTar([{ type: 'folder', path: 'x'.repeat(101), mode: 0o755 }])).toThrow(RangeError);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../root.ts';

it('the lockfile names packages and hashes, and no address to fetch them from', () => {
  const lockfile = readFileSync(join(root, 'pnpm-lock.yaml'), 'utf8');
  expect(lockfile.split('\n').filter((line) => /https?:|tarball:/.test(line))).toEqual([]);
});

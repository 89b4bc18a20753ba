import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { isIgnored, parseIgnoreRules } from './ignore-rules.ts';

/** A folder that holds a copy of what images are built from. */
export interface BuildContext {
  readonly folder: string;
  /** SHA-256 of all paths, which of them are programs, and all contents. */
  readonly digest: string;
}

/** Never part of a context, and too large to be looked through. */
const SKIPPED = new Set(['.git', 'node_modules', 'dist', '.turbo', '.vitest']);

/**
 * Copies what `.dockerignore` lets through, so that what is built is what the digest says, whatever is edited meanwhile.
 * Modes and times are made equal: neither a umask nor the hour of a checkout gives another image.
 */
export function stageBuildContext(root: string, folder: string): BuildContext {
  const rules = parseIgnoreRules(readFileSync(join(root, '.dockerignore'), 'utf8'));
  const paths = listFiles(root, '')
    .filter((path) => !isIgnored(path, rules))
    .toSorted();
  const hash = createHash('sha256');
  for (const path of ['.dockerignore', ...paths]) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(root, path), target);
    const isProgram = (statSync(target).mode & 0o100) !== 0;
    chmodSync(target, isProgram ? 0o755 : 0o644);
    utimesSync(target, 0, 0);
    hash
      .update(`${path}\0${isProgram ? 'x' : '-'}\0`)
      .update(createHash('sha256').update(readFileSync(target)).digest());
  }
  return { folder, digest: hash.digest('hex') };
}

function listFiles(root: string, below: string): readonly string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : listFiles(root, path);
    return entry.isFile() ? [path] : [];
  });
}

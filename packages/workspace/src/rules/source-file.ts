import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/** A TypeScript source of the workspace. */
export interface SourceFile {
  /** From the workspace's root, with forward slashes: `packages/agent/src/clock.ts`. */
  readonly path: string;
  readonly text: string;
}

const skippedFolders = new Set(['node_modules', 'dist', '.turbo', '.vitest']);

/** Every `.ts` file under `packages` and `apps`. */
export function readSources(root: string): readonly SourceFile[] {
  const found: SourceFile[] = [];
  const visit = (folder: string): void => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !skippedFolders.has(entry.name)) visit(path);
      else if (entry.isFile() && entry.name.endsWith('.ts')) {
        found.push({ path: relative(root, path), text: readFileSync(path, 'utf8') });
      }
    }
  };
  visit(join(root, 'packages'));
  visit(join(root, 'apps'));
  return found;
}

const importPatterns = [
  /^\s*(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/gm,
  /^\s*import\s*['"]([^'"]+)['"]/gm,
  /\bimport\(\s*['"]([^'"]+)['"]\s*\)/g,
];

/** The module specifiers that a source imports or re-exports, statically or dynamically; computed ones are left out. */
export function importsOf(text: string): readonly string[] {
  const specifiers = importPatterns.flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] ?? ''));
  return specifiers.filter((specifier) => !specifier.includes('${'));
}

/** Code that only tests run: a test, or what a package's own tests share. */
export function isTestSource({ path }: SourceFile): boolean {
  return path.endsWith('.test.ts') || path.includes('/src/testing/');
}

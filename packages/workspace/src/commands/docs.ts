import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedFiles } from '../docs/generated-files.ts';
import { root } from '../root.ts';

/** Writes every generated file; with `--check` it writes nothing and fails, naming each file that would change. */
export async function docs(args: readonly string[]): Promise<number> {
  const drifted = generatedFiles(root).filter(({ path, content }) => current(path) !== content);
  if (args.includes('--check')) {
    for (const { path } of drifted) process.stderr.write(`${path} does not follow the declarations in the code\n`);
    return drifted.length === 0 ? 0 : 1;
  }
  for (const { path, content } of drifted) {
    writeFileSync(join(root, path), content);
    process.stderr.write(`wrote ${path}\n`);
  }
  return 0;
}

function current(path: string): string | undefined {
  const file = join(root, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stageBuildContext } from './build-context.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wharf-context-'));
  write('.dockerignore', '**/*.test.ts\n');
  write('a.ts', 'a');
  write('b/c.ts', 'c');
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  const file = join(folder, 'tree', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

let staged = 0;

function stage() {
  staged += 1;
  return stageBuildContext(join(folder, 'tree'), join(folder, `staged-${staged}`));
}

describe('stageBuildContext', () => {
  it('copies what is let through, dated and moded alike', () => {
    write('b/c.test.ts', 'test');
    write('node_modules/x/index.js', 'x');
    chmodSync(join(folder, 'tree', 'a.ts'), 0o600);
    const { folder: copy } = stage();
    expect(['a.ts', 'b/c.ts', 'b/c.test.ts', 'node_modules'].filter((path) => existsSync(join(copy, path)))).toEqual([
      'a.ts',
      'b/c.ts',
    ]);
    const { mode, mtimeMs } = statSync(join(copy, 'a.ts'));
    expect({ mode: mode & 0o777, mtimeMs }).toEqual({ mode: 0o644, mtimeMs: 0 });
  });

  it('has another digest for other contents, names and programs, and for nothing else', () => {
    const { digest } = stage();
    write('a.test.ts', 'test');
    utimesSync(join(folder, 'tree', 'a.ts'), 1, 1);
    expect(stage().digest).toBe(digest);
    const digests = new Set([digest]);
    write('a.ts', 'b');
    digests.add(stage().digest);
    chmodSync(join(folder, 'tree', 'a.ts'), 0o755);
    digests.add(stage().digest);
    write('d.ts', '');
    digests.add(stage().digest);
    write('.dockerignore', '**/*.test.ts\nnothing\n');
    digests.add(stage().digest);
    expect(digests.size).toBe(5);
  });
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isIgnored, parseIgnoreRules } from './ignore-rules.ts';
import { root } from './root.ts';

describe('isIgnored', () => {
  it.each([
    { rules: 'dist', path: 'dist/main.js', expected: true },
    { rules: 'dist', path: 'apps/dist', expected: false },
    { rules: '**/dist', path: 'apps/x/dist/main.js', expected: true },
    { rules: '**/dist', path: 'dist', expected: true },
    { rules: '/dist/', path: 'dist/main.js', expected: true },
    { rules: '*.md', path: 'docs/a.md', expected: false },
    { rules: '**/*.md', path: 'docs/a.md', expected: true },
    { rules: '*\n!apps', path: 'apps/a.ts', expected: false },
    { rules: '*\n!apps\napps/x', path: 'apps/x/a.ts', expected: true },
    { rules: '!apps\n*', path: 'apps/a.ts', expected: true },
    { rules: '# apps\n\n', path: 'apps/a.ts', expected: false },
  ])('$path with $rules: $expected', ({ rules, path, expected }) => {
    expect(isIgnored(path, parseIgnoreRules(rules))).toBe(expected);
  });
});

describe('what images are built from', () => {
  const rules = parseIgnoreRules(readFileSync(join(root, '.dockerignore'), 'utf8'));

  it.each([
    'pnpm-lock.yaml',
    'apps/dns-server/src/main.ts',
    'packages/agent/package.json',
    'packages/testkit/package.json',
    'docker/build.sh',
    'docker/ca-certificates/company.crt',
  ])('has %s', (path) => {
    expect(isIgnored(path, rules)).toBe(false);
  });

  it.each([
    '.git/HEAD',
    '.env',
    'README.md',
    'apps/dns-server/src/clamp.test.ts',
    'apps/registrar/dist/main.js',
    'packages/testkit/src/etcd.ts',
    'packages/lab/src/index.ts',
    'docker/compose.yaml',
    'node_modules/.bin/tsc',
  ])('has no %s', (path) => {
    expect(isIgnored(path, rules)).toBe(true);
  });
});

import { describe, expect, it } from 'vitest';
import { root } from '../root.ts';
import { checkImports } from './import-rules.ts';
import { importsOf, readSources } from './source-file.ts';

describe('importsOf', () => {
  it.each([
    { text: "import { a } from './a.ts';", expected: ['./a.ts'] },
    { text: "import type { a } from '@wharf/agent';", expected: ['@wharf/agent'] },
    { text: "import {\n  a,\n  b,\n} from 'x';", expected: ['x'] },
    { text: "export * from './b.ts';", expected: ['./b.ts'] },
    { text: "import './side-effect.ts';", expected: ['./side-effect.ts'] },
    { text: "const x = await import('node:fs');", expected: ['node:fs'] },
    { text: "const text = 'from elsewhere';", expected: [] },
  ])('reads $text', ({ text, expected }) => {
    expect(importsOf(text)).toEqual(expected);
  });
});

describe('checkImports', () => {
  const rulesBroken = (path: string, text: string) => checkImports({ path, text }).map(({ rule }) => rule);

  it.each([
    ['packages/record-schema/src/key.ts', "import { x } from '@wharf/agent';", 'may import nothing of the workspace'],
    ['packages/etcd-client/src/a.ts', "import { x } from '@wharf/record-schema';", 'may import only agent'],
    ['apps/registrar/src/app.ts', "import { x } from '@wharf/dns-server';", 'apps/registrar may import only'],
    ['apps/registrar/src/app.ts', "import { x } from '@wharf/testkit';", 'testkit serves tests only'],
    ['apps/registrar/src/app.ts', "import { x } from '@wharf/agent/src/clock.ts';", 'public entry only'],
    ['packages/workspace/src/main.ts', "import { x } from '@wharf/agent/src/clock.ts';", 'public entry only'],
    [
      'apps/registrar/src/app.ts',
      "import { x } from '../../dns-server/src/app.ts';",
      'never by a path into its folder',
    ],
    ['packages/dns-wire/src/a.ts', "import { x } from 'node:net';", 'is pure'],
    ['packages/dns-wire/src/a.ts', 'const id = Math.random();', 'is pure'],
    ['apps/dns-server/src/answer.ts', "import { createSocket } from 'node:dgram';", 'only io/'],
    ['apps/dns-server/src/answer.ts', 'const now = Date.now();', 'only io/'],
    ['packages/novel/src/a.ts', '', 'has a row in the table'],
  ])('%s with %s breaks a rule', (path, text, rule) => {
    expect(rulesBroken(path, text)).toEqual([expect.stringContaining(rule)]);
  });

  it.each([
    ['packages/etcd-client/src/a.ts', "import { x } from '@wharf/agent';"],
    ['packages/etcd-client/src/a.test.ts', "import { x } from '@wharf/testkit';"],
    ['apps/standalone/src/app.ts', "import { x } from '@wharf/registrar';"],
    ['apps/registrar/src/healthcheck.ts', "import { x } from '@wharf/agent/healthcheck';"],
    ['apps/dns-server/src/io/udp.ts', "import { createSocket } from 'node:dgram';"],
    ['apps/dns-server/src/answer.ts', '// Date.now() would be wrong here\nconst now = clock.wallMs();'],
    ['packages/agent/src/a.ts', "import { x } from 'node:http';"],
  ])('%s with %s is fine', (path, text) => {
    expect(rulesBroken(path, text)).toEqual([]);
  });
});

describe('the workspace', () => {
  const sources = readSources(root);

  it('is read', () => {
    expect(sources.map(({ path }) => path)).toContain('packages/workspace/src/rules/import-rules.ts');
  });

  it('breaks no import rule', () => {
    const violations = sources.flatMap(checkImports);
    expect(violations.map(({ path, found, rule }) => `${path}: ${found}: ${rule}`)).toEqual([]);
  });
});

import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../root.ts';
import { captureCommand } from '../run-command.ts';
import { REPORT_FILE } from './report-writer.ts';
import type { TestReport } from './test-report.ts';

/** Test files by name; vitest gives them `it`, `expect` and the hooks as globals. */
const files: Readonly<Record<string, string>> = {
  tests: `describe('outer', () => {
    it('differs', () => expect({ port: 1 }).toEqual({ port: 2 }));
    it('has a cause', () => { throw new Error('the outer', { cause: new Error('the inner') }); });
    it('hangs', () => new Promise(() => undefined), 50);
    it('throws no error', () => { throw 'a string'; });
    it('passes', () => undefined);
    // On purpose: a skipped test must count neither as passed nor as failed.
    it.skip('is skipped', () => undefined);
  });`,
  load: `throw new Error('cannot be loaded');`,
  syntax: 'const = 3;',
  empty: 'export {};',
  'before-all': `beforeAll(() => { throw new Error('beforeAll broke'); }); it('never runs', () => undefined);`,
  'after-all': `afterAll(() => { throw new Error('afterAll broke'); }); it('passes', () => undefined);`,
  'inner-after-all': `describe('group', () => {
    afterAll(() => { throw new Error('afterAll broke'); });
    it('passes', () => undefined);
  });`,
  'after-each': `afterEach(() => { throw new Error('afterEach broke'); }); it('is blamed', () => undefined);`,
  rejection: `it('passes', async () => {
    Promise.reject(new TypeError('nobody waits'));
    await new Promise((resolve) => setTimeout(resolve, 50));
  });`,
  killed: `it('ends its worker', () => process.kill(process.pid, 'SIGKILL'));`,
};

let folder: string;
let report: TestReport;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'test-report-'));
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, 'src', `${name}.test.ts`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
  const config = join(root, 'packages', 'workspace', 'vitest.config.ts');
  const args = [vitest, 'run', '--config', config, '--root', folder, '--globals'];
  const { output } = await captureCommand(process.execPath, args);
  const text = await readFile(join(folder, REPORT_FILE), 'utf8').catch((cause: unknown) => {
    throw new Error(output, { cause });
  });
  report = JSON.parse(text);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the report of a run', () => {
  it.each([
    [
      'tests',
      'outer > differs',
      /^AssertionError: expected .*\n +at .*tests\.test\.ts:2:\d+\)?\n[^]*- +"port": 2,\n\+ +"port": 1,/,
    ],
    ['tests', 'outer > has a cause', /^Error: the outer\n[^]*\nCaused by Error: the inner\n/],
    ['tests', 'outer > hangs', /Test timed out in 50ms/],
    ['tests', 'outer > throws no error', /a string/],
    ['load', '', /^Error: cannot be loaded/],
    ['syntax', '', /Unexpected token/],
    ['empty', '', /No test suite found/],
    ['before-all', '', /beforeAll broke/],
    ['after-all', '', /^Error: afterAll broke/],
    ['inner-after-all', 'group', /afterAll broke/],
    ['after-each', 'is blamed', /afterEach broke/],
    ['rejection', 'an error that nobody caught, during or after "passes"', /^TypeError: nobody waits/],
  ])('names in %s.test.ts "%s" and its error', (file, name, error) => {
    const failure = { file: `src/${file}.test.ts`, name, error: expect.stringMatching(error) };
    expect(report.failures).toContainEqual(failure);
  });

  it('names the file of a worker that ended', () => {
    const error = expect.stringMatching(/SIGKILL[^]*killed\.test\.ts/);
    expect(report.failures).toContainEqual({ file: '', name: 'an error that nobody caught', error });
  });

  it('has nothing twice, nothing else, and no colours', () => {
    expect(report.failures).toHaveLength(13);
    expect(JSON.stringify(report)).not.toContain('\\u001b');
  });

  it('counts what passed and what did not run', () => {
    expect(report).toMatchObject({ passed: 4, skipped: 3 });
  });
});

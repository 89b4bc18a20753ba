import { runCommand } from '../run-command.ts';
import { UserError } from '../user-error.ts';
import { docs } from './docs.ts';

interface Check {
  readonly name: string;
  /** What to do when it fails. */
  readonly remedy: string;
  readonly run: () => Promise<number>;
}

const checks: readonly Check[] = [
  { name: 'format', remedy: 'npm run fix', run: () => runCommand('biome', ['check', '--log-level=warn', '.']) },
  {
    name: 'lint',
    remedy: 'npm run fix mends some; the rest by hand',
    run: () => runCommand('oxlint', ['--type-aware', '--deny-warnings', '--quiet']),
  },
  { name: 'types', remedy: 'by hand', run: () => runCommand('tsc', ['-p', 'tsconfig.json']) },
  {
    name: 'import rules',
    remedy: 'see the table in CONTRIBUTING.md',
    run: () =>
      runCommand('vitest', ['run', '--config', 'vitest.config.ts', '--root', 'packages/workspace', 'src/rules']),
  },
  { name: 'generated docs', remedy: 'npm run docs', run: () => docs(['--check']) },
];

/** Runs every check, also after one has failed, and names those that did. */
export async function check(): Promise<number> {
  const failed: Check[] = [];
  for (const item of checks) {
    process.stderr.write(`check: ${item.name} ...\n`);
    if ((await run(item)) !== 0) failed.push(item);
  }
  for (const { name, remedy } of failed) process.stderr.write(`check: ${name} FAILED (${remedy})\n`);
  if (failed.length === 0) process.stderr.write(`check: all ${checks.length} passed\n`);
  return failed.length === 0 ? 0 : 1;
}

/** What a check cannot even begin with is its failure, not that of the checks after it. */
async function run(item: Check): Promise<number> {
  try {
    return await item.run();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

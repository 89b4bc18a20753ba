import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.ts';
import { runCommand } from '../run-command.ts';
import { ensurePrograms, testPrograms } from '../system-packages.ts';
import { totalResults } from '../test-results.ts';
import { buildQuietly } from './build.ts';

/**
 * The whole suite, on real etcd, Docker and rsyslog: `npm test`; or that of some packages: `npm test -- registrar e2e`.
 * Tests are never answered from turbo's cache: the versions of the real parts are inputs that it cannot see.
 */
export async function test(args: readonly string[]): Promise<number> {
  await ensurePrograms(testPrograms, 'run the tests on real etcd, Docker and rsyslog');
  const built = await buildQuietly();
  if (built !== 0) return built;
  removeOldResults();
  const filters = args.map((name) => `--filter=@wharf/${name}`);
  const exitCode = await runCommand('turbo', ['run', 'test', '--only', '--concurrency=2', '--continue', ...filters]);
  if (exitCode >= 128) {
    process.stderr.write('\nThe tests were interrupted.\n');
    return exitCode;
  }
  const { passed, failed, skipped } = totalResults(readResults());
  process.stdout.write(`\n${passed} passed, ${failed} failed${skipped === 0 ? '' : `, ${skipped} skipped`}\n`);
  if (exitCode !== 0) return exitCode;
  return passed > 0 && failed === 0 ? 0 : 1;
}

function resultFiles(): readonly string[] {
  return ['packages', 'apps'].flatMap((group) =>
    readdirSync(join(root, group)).map((name) => join(root, group, name, '.vitest', 'results.json')),
  );
}

function removeOldResults(): void {
  for (const file of resultFiles()) rmSync(file, { force: true });
}

function readResults(): readonly string[] {
  return resultFiles().flatMap((file) => {
    try {
      return [readFileSync(file, 'utf8')];
    } catch {
      return []; // This package was not asked for, or its run ended before it could report: turbo's exit code says so.
    }
  });
}

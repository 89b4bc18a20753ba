import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.ts';
import { runCommand } from '../run-command.ts';
import { ensurePrograms, testPrograms } from '../system-packages.ts';
import { renderSummary, totals } from '../test-report/render-summary.ts';
import { REPORT_FILE } from '../test-report/report-writer.ts';
import type { TestReport } from '../test-report/test-report.ts';
import { buildQuietly } from './build.ts';

/**
 * The whole suite, on real etcd, Docker and rsyslog: `npm test`; or that of some packages: `npm test -- registrar e2e`.
 * Tests are never answered from turbo's cache: the versions of the real parts are inputs that it cannot see.
 */
export async function test(args: readonly string[]): Promise<number> {
  await ensurePrograms(testPrograms, 'run the tests on real etcd, Docker and rsyslog');
  const built = await buildQuietly();
  if (built !== 0) return built;
  removeOldReports();
  const filters = args.map((name) => `--filter=@wharf/${name}`);
  const exitCode = await runCommand('turbo', ['run', 'test', '--only', '--concurrency=2', '--continue', ...filters]);
  if (exitCode >= 128) {
    process.stderr.write('\nThe tests were interrupted.\n');
    return exitCode;
  }
  const reports = readReports();
  process.stdout.write(`\n${renderSummary(reports)}\n`);
  const { passed, failed } = totals(reports);
  if (exitCode !== 0) return exitCode;
  return passed > 0 && failed === 0 ? 0 : 1;
}

function packageFolders(): readonly string[] {
  return ['packages', 'apps'].flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name)));
}

function removeOldReports(): void {
  for (const folder of packageFolders()) rmSync(join(root, folder, REPORT_FILE), { force: true });
}

function readReports(): ReadonlyMap<string, TestReport> {
  const reports = new Map<string, TestReport>();
  for (const folder of packageFolders()) {
    try {
      reports.set(folder, JSON.parse(readFileSync(join(root, folder, REPORT_FILE), 'utf8')));
    } catch {
      // This package was not asked for, or its run ended before it could report: turbo's exit code says so.
    }
  }
  return reports;
}

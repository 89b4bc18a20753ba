import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.ts';
import { runCommand } from '../run-command.ts';
import { ensurePrograms, testPrograms } from '../system-packages.ts';
import { renderSummary, totals } from '../test-report/render-summary.ts';
import { REPORT_FILE } from '../test-report/report-writer.ts';
import type { TestReport } from '../test-report/test-report.ts';
import { buildQuietly } from './build.ts';

const LAB = 'lab';

/**
 * The whole suite, on real etcd, Docker and rsyslog: `npm test`; or that of some packages: `npm test -- registrar e2e`.
 * Tests are never answered from turbo's cache: the versions of the real parts are inputs that it cannot see.
 */
export async function test(args: readonly string[]): Promise<number> {
  await ensurePrograms(testPrograms, 'run the tests on real etcd, Docker and rsyslog');
  const built = await buildQuietly();
  if (built !== 0) return built;
  removeOldReports();
  const exitCode = await runTests(args);
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

/**
 * Two packages at a time, and the lab last and alone: it builds images and boots hosts, and takes a machine of two cores
 * whole. Beside it lines over TCP and TLS were lost in the conservation test, which without acknowledgements nobody can tell
 * from a receiver that does not get to read for longer than the resend window.
 */
async function runTests(names: readonly string[]): Promise<number> {
  const others = names.filter((name) => name !== LAB).map((name) => `--filter=@wharf/${name}`);
  const rounds = [
    ...(names.length === 0 ? [[`--filter=!@wharf/${LAB}`]] : []),
    ...(others.length > 0 ? [others] : []),
    ...(names.length === 0 || names.includes(LAB) ? [[`--filter=@wharf/${LAB}`]] : []),
  ];
  let worst = 0;
  for (const filters of rounds) {
    const exitCode = await runCommand('turbo', ['run', 'test', '--only', '--concurrency=2', '--continue', ...filters]);
    if (exitCode >= 128) return exitCode;
    worst = Math.max(worst, exitCode);
  }
  return worst;
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

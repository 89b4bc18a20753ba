import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Reporter, Vitest } from 'vitest/node';
import { reportRun } from './report-run.ts';

/** Where a package's newest report is, as seen from its folder. */
export const REPORT_FILE = join('.vitest', 'report.json');

/** A reporter of vitest that leaves a `TestReport` for `npm test`, which adds up those of all packages. */
export function createReportWriter(): Reporter {
  let folder = '';
  return {
    onInit(vitest: Vitest) {
      folder = vitest.config.root;
    },
    onTestRunEnd(modules, unhandledErrors) {
      const path = join(folder, REPORT_FILE);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, `${JSON.stringify(reportRun(modules, unhandledErrors, folder), undefined, 2)}\n`);
    },
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LogEngine, startLogEngine } from './log-engine.ts';

/** What all parts of the benchmark share. */
export interface LogStage {
  readonly engine: LogEngine;
  /** For everything that is written. */
  readonly folder: string;
}

/** All of it is gone with `cleanup`. */
export async function setUpLogStage(cleanup: AsyncDisposableStack): Promise<LogStage> {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-bench-logs-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  cleanup.defer(async () => remove());
  return { folder, engine: await startLogEngine(folder, cleanup) };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { agentMetrics } from './agent-metrics.ts';
import { renderMetricsTable } from './render-metrics-table.ts';

const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(`${packageFolder}/README.md`, 'utf8');

/** Runs TypeScript as a program in the package's folder; resolves when its log holds `text`. */
async function runUntil(code: string, text: string, argv: readonly string[]) {
  const flags = ['--input-type=module-typescript', '--disable-warning=ExperimentalWarning', '--conditions=source'];
  const child = spawn(process.execPath, [...flags, '-e', code, '--', 'in place of the script', ...argv], {
    cwd: packageFolder,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  let log = '';
  while (!log.includes(text)) {
    const [chunk] = await Promise.race([once(child.stderr, 'data'), once(child, 'exit').then(() => [undefined])]);
    if (chunk === undefined) throw new Error(`it ended too early: ${log}`);
    log += String(chunk);
  }
  return child;
}

describe('README.md', () => {
  it('has an example that runs and stops', async () => {
    const code = /```ts\n(.+?)```/s.exec(page)?.[1] ?? '';
    const child = await runUntil(code, '"msg":"started"', ['-interval', '1', '-admin-addr', '']);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('has a row for each metric that every agent has', () => {
    expect(page).toContain(renderMetricsTable(agentMetrics));
  });
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { readUsage } from './process-usage.ts';

describe('readUsage', () => {
  it('tells what a process has used, whatever its name', async () => {
    const work = 'const kept = Buffer.alloc(64 * 2 ** 20, 1); while (process.cpuUsage().user < 300_000); ';
    const child = spawn(process.execPath, [
      '--title',
      'a) b (c',
      '-e',
      `${work}console.log(kept[1]); setInterval(() => 1, 1e6)`,
    ]);
    await once(child.stdout, 'data');
    const { cpuSeconds, rssMib, peakRssMib } = readUsage(child.pid ?? 0);
    child.kill('SIGKILL');
    expect(cpuSeconds).toBeGreaterThanOrEqual(0.29);
    expect(cpuSeconds).toBeLessThan(60);
    expect(rssMib).toBeGreaterThan(64);
    expect(peakRssMib).toBeGreaterThanOrEqual(rssMib);
  });
});

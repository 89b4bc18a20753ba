import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@wharf/agent';
import { expect, it } from 'vitest';
import { openDiskStorage } from './route-storage.ts';

it('says that checkpoints cannot be written, as long as that is so', async () => {
  const root = mkdtempSync(join(tmpdir(), 'wharf-storage-'));
  const stateDir = join(root, 'state');
  writeFileSync(stateDir, 'no folder');
  const storage = await openDiskStorage({
    stateDir,
    uri: 'stdout:',
    limits: { messages: 10, bytes: 1_000 },
    spool: { isOn: false, sizeBytes: 1 << 24, whenFull: 'block', syncMs: 200 },
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
    meter: { dropped: () => undefined },
  });
  expect(storage.trouble).toBeUndefined();
  await storage.checkpoints.flush(1n);
  expect(storage.trouble).toMatch(/^how far its lines have got cannot be kept/);
  rmSync(stateDir);
  mkdirSync(stateDir);
  await storage.checkpoints.flush(2n);
  expect(storage.trouble).toBeUndefined();
  await storage.checkpoints.close();
  rmSync(root, { recursive: true });
});

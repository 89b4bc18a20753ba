import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createManualClock, type Logger, silentLogger } from '@wharf/agent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createZoneData } from '../records/zone-data.ts';
import { restoreSnapshot } from './restore-snapshot.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wharf-snapshot-'));
});

afterEach(() => rm(folder, { recursive: true }));

/** What the log says of a snapshot that nothing is restored from. */
const complaints = async (path: string): Promise<readonly string[]> => {
  const lines: string[] = [];
  const log: Logger = {
    ...silentLogger,
    info: (_, message) => lines.push(`info: ${message}`),
    warn: (_, message) => lines.push(`warn: ${message}`),
  };
  const data = createZoneData({
    prefix: 'skydns',
    nameSeed: 1,
    onRejected: () => undefined,
    onUpdated: () => undefined,
    onChanged: () => undefined,
    onReplaced: () => undefined,
  });
  const into = { restore: () => data.restore(), count: () => data.index.size };
  const { signal } = new AbortController();
  const more = { origin: { pathPrefix: 'skydns' }, maxAgeMs: 1_000, into, signal, clock: createManualClock(), log };
  expect(await restoreSnapshot({ file: join(folder, path), ...more })).toBeUndefined();
  return lines;
};

describe('restoreSnapshot', () => {
  it('says that there is none yet where one can be kept', async () => {
    expect(await complaints('snapshot')).toEqual(['info: there is no snapshot yet']);
  });

  it('warns when there is no folder for one', async () => {
    const warning = 'warn: no snapshot can be kept: its folder does not exist';
    expect(await complaints('none/snapshot')).toEqual([warning]);
    expect(await complaints('none/at/all/snapshot')).toEqual([warning]);
  });

  it('warns of one that cannot be read, or that others can write', async () => {
    const file = join(folder, 'snapshot');
    const warning = 'warn: the snapshot is not answered from';
    await writeFile(file, '', { mode: 0o600 });
    expect(await complaints('snapshot')).toEqual([warning]);
    expect(await complaints('snapshot/in-a-file')).toEqual([warning]);
    await chmod(file, 0o666);
    expect(await complaints('snapshot')).toEqual([warning]);
  });
});

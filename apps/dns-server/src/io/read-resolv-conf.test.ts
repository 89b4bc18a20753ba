import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@wharf/agent';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSystemNameservers } from './read-resolv-conf.ts';

describe('readSystemNameservers', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-resolv-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads the servers, for whoever knows which of them it is itself', () => {
    const file = join(folder, 'resolv.conf');
    writeFileSync(file, 'search example.org\nnameserver 127.0.0.1\nnameserver 10.0.0.2\n');
    expect(readSystemNameservers(silentLogger, file)).toEqual([
      { host: '127.0.0.1', port: 53 },
      { host: '10.0.0.2', port: 53 },
    ]);
  });

  it('does without a file that is not there', () => {
    const warnings: string[] = [];
    const log = { ...silentLogger, warn: (_fields: object, message: string) => void warnings.push(message) };
    expect(readSystemNameservers(log, join(folder, 'none'))).toEqual([]);
    expect(warnings).toHaveLength(1);
  });
});

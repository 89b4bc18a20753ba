import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@wharf/agent';
import { createSeededRandom, eventually, startServer } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { numberOf } from '../../testing/numbered-messages.ts';
import { openSpool } from './open-spool.ts';

const PROGRAM = join(import.meta.dirname, '../../testing/spool-until-killed.ts');

/** The greatest number of that kind in the journal: what is confirmed shortly before a kill may come, and be confirmed, again. */
function greatestOf(journal: string, kind: string): number {
  const text = existsSync(journal) ? readFileSync(journal, 'latin1') : '';
  const numbers = text.matchAll(new RegExp(`^${kind} (\\d+)$`, 'gm'));
  return numbers.reduce((greatest, [, number]) => Math.max(greatest, Number(number)), 0);
}

async function readSpool(folder: string): Promise<number[]> {
  const spool = await openSpool({
    folder,
    limits: { sizeBytes: 1 << 22, whenFull: 'block', syncMs: 1, memory: { messages: 1_000_000, bytes: 1 << 24 } },
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
    onDropped: () => undefined,
  });
  const numbers: number[] = [];
  while (spool.messages > numbers.length) {
    await spool.available(AbortSignal.timeout(1_000));
    numbers.push(...spool.take(1e9).map(numberOf));
  }
  await spool.close();
  return numbers;
}

describe('openSpool', () => {
  it.each([0.05, 0.5, 1])('after kill -9 has all that was safe, in order, with a confirmation of %d', async (share) => {
    const root = mkdtempSync(join(tmpdir(), 'wharf-spool-crash-'));
    const [folder, journal] = [join(root, 'spool'), join(root, 'journal')];
    const random = createSeededRandom(7 + share * 100);
    let next = 0;
    for (let round = 0; round < 6; round++) {
      const writer = await startServer({
        name: 'the writer of a spool',
        command: process.execPath,
        args: ['--conditions=source', PROGRAM, folder, journal, String(next), String(share)],
        remedy: 'install Node',
      });
      const goal = next + 1 + random.below(3_000);
      await eventually('progress', () => expect(greatestOf(journal, 'safe')).toBeGreaterThan(goal), {
        intervalMs: 1,
      });
      await writer.stop('SIGKILL');
      const numbers = await readSpool(folder);
      const [confirmed, safe] = [greatestOf(journal, 'confirmed'), greatestOf(journal, 'safe')];
      const left = numbers.filter((number) => number >= confirmed);
      // What the receiver had before its turn to be written was never written, so there may be gaps, but only before.
      expect(numbers).toEqual([...new Set(numbers)].toSorted((a, b) => a - b));
      expect(left).toEqual(left.map((_, index) => confirmed + index));
      expect(confirmed + left.length).toBeGreaterThanOrEqual(safe);
      next = Math.max(safe, (numbers.at(-1) ?? -1) + 1);
    }
    expect(readFileSync(journal, 'latin1')).not.toContain('spool-');
    rmSync(root, { recursive: true });
  });
});

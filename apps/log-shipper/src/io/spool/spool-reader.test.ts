import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger, systemClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import { expect, it } from 'vitest';
import { createHeldMessages } from '../../spool/held-messages.ts';
import { recordLength } from '../../spool/segment-format.ts';
import { createSegmentLedger } from '../../spool/segment-ledger.ts';
import { planSpool } from '../../spool/spool-plan.ts';
import { createUnsafeBatches } from '../../spool/unsafe-batches.ts';
import { numberedBatch } from '../../testing/numbered-messages.ts';
import { openPositionFile } from './position-file.ts';
import { createSegmentWriter } from './segment-writer.ts';
import { createSpoolReader } from './spool-reader.ts';

it('does not take for damage that a segment grows while it is being read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'wharf-spool-'));
  const limits = {
    sizeBytes: 1 << 26,
    whenFull: 'block',
    syncMs: 1,
    memory: { messages: 1_000_000, bytes: 1 << 20 },
  } as const;
  const plan = planSpool(limits.sizeBytes, limits.memory);
  const writer = createSegmentWriter(folder, 1, plan.segmentBytes, createSegmentLedger());
  const batches = [numberedBatch(0, 10), numberedBatch(10, 10)] as const;
  const [first, second] = await writer.append(batches);
  await writer.finish();
  if (first === undefined || second === undefined) throw new Error('no places');

  const totals = batches.map(({ ends, bytes }) => ({ messages: ends.length, bytes: bytes.length }));
  const [unread, grown] = totals;
  if (unread === undefined || grown === undefined) throw new Error('no totals');
  const ledger = createSegmentLedger([{ number: 1, end: second.offset, unread, unreadFrom: first.offset }]);
  const held = createHeldMessages();
  const lost: unknown[] = [];
  const context = { folder, limits, plan, clock: systemClock, random: Math.random, log: silentLogger, ledger, held };
  const reader = createSpoolReader(
    {
      ...context,
      unsafe: createUnsafeBatches(),
      writer,
      position: await openPositionFile(folder),
      onDropped: (...what) => lost.push(what),
      onChange: () => undefined,
    },
    undefined,
  );
  reader.refill();
  ledger.grow(second.offset + recordLength(batches[1]));
  ledger.leave(second, grown);
  await eventually('all to be read', () => expect([ledger.unread.messages, held.messages, lost]).toEqual([0, 20, []]));
  await reader.stop();
  rmSync(folder, { recursive: true });
});

import { createManualClock } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { type CheckpointStore, forgetfulStore } from '../checkpoints/checkpoint-store.ts';
import { sampleContainer } from '../testing/sample-container.ts';
import { createRouteAttachments } from './route-attachments.ts';

const startMs = Date.parse('2026-02-03T04:05:00Z');

/** A route's containers from one start of the shipper to its end, which leaves `aliveNano` to the next one. */
const startRun = (aliveNano?: bigint) => {
  const clock = createManualClock(aliveNano === undefined ? startMs : startMs + 600_000);
  let flushed = aliveNano;
  const checkpoints: CheckpointStore = {
    ...forgetfulStore(),
    isLasting: true,
    trouble: undefined,
    aliveNano,
    async flush(nano) {
      flushed = nano;
    },
  };
  const read: string[] = [];
  const attachments = createRouteAttachments({
    checkpoints,
    clock,
    backlog: false,
    tail: undefined,
    startReader(container) {
      read.push(container.name);
      return { update: () => undefined, keepOpen: () => undefined, stop: async () => undefined };
    },
    onCount: () => undefined,
  });
  attachments.begin();
  return { clock, attachments, read, flushed: () => flushed };
};

/** One that came and went, so many seconds after the first start. */
const brief = (fromSeconds: number, toSeconds: number) => {
  const at = (seconds: number) => new Date(startMs + seconds * 1_000).toISOString();
  const state = { running: false, startedAt: at(fromSeconds), finishedAt: at(toSeconds) };
  const name = `${fromSeconds} to ${toSeconds}`;
  return sampleContainer({ id: name, name, state });
};

describe('createRouteAttachments', () => {
  const readAfterRestart = (aliveNano: bigint | undefined, ...containers: readonly ReturnType<typeof brief>[]) => {
    const { attachments, read } = startRun(aliveNano);
    for (const container of containers) attachments.consider(container, 'existing');
    return read;
  };

  it('after a kill reads what came and went before the engine was seen', async () => {
    const { clock, attachments, flushed } = startRun();
    await clock.advance(100_000);
    await attachments.save();
    expect(readAfterRestart(flushed(), brief(-2, -1), brief(10, 11), brief(99, 100))).toEqual([
      '10 to 11',
      '99 to 100',
    ]);
  });

  it('after a kill reads what came and went since the engine was out of sight', async () => {
    const { clock, attachments, flushed } = startRun();
    attachments.follow(true);
    await clock.advance(100_000);
    attachments.follow(false);
    await clock.advance(100_000);
    await attachments.save();
    expect(readAfterRestart(flushed(), brief(10, 11), brief(101, 102))).toEqual(['101 to 102']);
  });

  it('after a kill reads what came and went just before, and was not told of yet', async () => {
    const { clock, attachments, flushed } = startRun();
    attachments.follow(true);
    await clock.advance(100_000);
    await attachments.save();
    expect(readAfterRestart(flushed(), brief(10, 11), brief(98, 99))).toEqual(['98 to 99']);
  });

  it('never reads what had ended before its first start', async () => {
    const { clock, attachments, flushed } = startRun();
    attachments.follow(true);
    await clock.advance(1_000);
    await attachments.save();
    expect(readAfterRestart(flushed(), brief(-2, -1))).toEqual([]);
  });

  it('keeps what an earlier run has seen when it sees nothing itself', async () => {
    const seenNano = BigInt(startMs) * 1_000_000n;
    const { clock, attachments, flushed } = startRun(seenNano);
    await clock.advance(1_000);
    await attachments.save();
    expect(flushed()).toBe(seenNano);
  });
});

import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createBackgroundWork } from './background-work.ts';

const untilAborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await once(signal, 'abort');
};

describe('createBackgroundWork', () => {
  it('ends what goes on about a subject when something else is started about it', async () => {
    const told: string[] = [];
    const work = createBackgroundWork(new AbortController().signal, () => undefined);
    work.start('host-2', (signal) => untilAborted(signal).then(() => void told.push('cut')));
    work.start('host-2', async () => void told.push('heal'));
    await work.settled();
    expect(told.toSorted()).toEqual(['cut', 'heal']);
  });

  it('leaves other subjects alone, and all of it ends together', async () => {
    const ending = new AbortController();
    const told: string[] = [];
    const work = createBackgroundWork(ending.signal, () => undefined);
    for (const host of ['host-1', 'host-2'])
      work.start(host, (signal) => untilAborted(signal).then(() => void told.push(host)));
    const settled = work.settled();
    expect(told).toEqual([]);
    ending.abort();
    await settled;
    expect(told.toSorted()).toEqual(['host-1', 'host-2']);
  });

  it('waits for what is started while it waits', async () => {
    const told: string[] = [];
    const work = createBackgroundWork(new AbortController().signal, () => undefined);
    work.start('first', async () => {
      await Promise.resolve();
      work.start('second', async () => {
        await Promise.resolve();
        told.push('second');
      });
    });
    await work.settled();
    expect(told).toEqual(['second']);
  });

  it('tells what failed', async () => {
    const failed: unknown[] = [];
    const work = createBackgroundWork(new AbortController().signal, (subject, error) => failed.push([subject, error]));
    const error = new Error('no');
    work.start('host-1', () => Promise.reject(error));
    await work.settled();
    expect(failed).toEqual([['host-1', error]]);
  });
});

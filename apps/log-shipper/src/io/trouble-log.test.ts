import { createManualClock, silentLogger } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { createTroubleLog } from './trouble-log.ts';

const MINUTE_MS = 60_000;
const systemError = (code: string, message = code) => Object.assign(new Error(message), { code });

const setUp = () => {
  const clock = createManualClock();
  const told: string[] = [];
  const note = (_fields: unknown, message: string) => void told.push(message);
  const trouble = createTroubleLog({ ...silentLogger, warn: note, info: note }, clock, { failed: 'bad', well: 'good' });
  return { clock, told, trouble };
};

describe('createTroubleLog', () => {
  it('tells once that it begins and that it is over, and has the reason meanwhile', () => {
    const { told, trouble } = setUp();
    trouble.succeeded();
    expect([trouble.trouble, told]).toEqual([undefined, []]);
    trouble.failed(systemError('ENOSPC', 'no room for 1'));
    trouble.failed(systemError('ENOSPC', 'no room for 2'));
    expect([trouble.trouble, told]).toEqual(['no room for 2', ['bad']]);
    trouble.succeeded();
    trouble.succeeded();
    expect([trouble.trouble, told]).toEqual([undefined, ['bad', 'good']]);
  });

  it('tells of another failure at once', () => {
    const { told, trouble } = setUp();
    trouble.failed(systemError('ENOSPC'));
    trouble.failed(systemError('EROFS'));
    expect(told).toEqual(['bad', 'bad']);
  });

  it('tells every ten minutes that it lasts', async () => {
    const { clock, told, trouble } = setUp();
    for (let minute = 0; minute < 25; minute++) {
      trouble.failed(systemError('ENOSPC'));
      await clock.advance(MINUTE_MS);
    }
    expect(told).toEqual(['bad', 'bad', 'bad']);
  });

  it('tells that it comes again', async () => {
    const { clock, told, trouble } = setUp();
    trouble.failed(systemError('ENOSPC'));
    trouble.succeeded();
    await clock.advance(MINUTE_MS);
    trouble.failed(systemError('ENOSPC'));
    expect(told).toEqual(['bad', 'good', 'bad']);
  });

  it('is not flooded by one that comes and goes, and has the reason all the same', async () => {
    const { clock, told, trouble } = setUp();
    for (let round = 0; round < 200; round++) {
      trouble.failed(systemError('ENOSPC'));
      expect(trouble.trouble).toBe('ENOSPC');
      trouble.succeeded();
      await clock.advance(100);
    }
    expect(told).toEqual(['bad', 'good', 'bad', 'good']);
  });
});

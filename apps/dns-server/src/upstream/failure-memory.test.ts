import { createManualClock } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { createFailureMemory, FAILURE_MEMORY_MS } from './failure-memory.ts';

const error = { code: 22, text: 'no name server gave an answer' };

describe('createFailureMemory', () => {
  it('forgets after 5 s', async () => {
    const clock = createManualClock();
    const failures = createFailureMemory(clock);
    failures.put('a', error);
    await clock.advance(FAILURE_MEMORY_MS - 1);
    expect(failures.get('a')).toEqual(error);
    await clock.advance(1);
    expect(failures.get('a')).toBeUndefined();
  });

  it('forgets the oldest when there are too many', () => {
    const failures = createFailureMemory(createManualClock());
    for (let n = 0; n <= 10_000; n++) failures.put(String(n), error);
    expect(failures.get('0')).toBeUndefined();
    expect(failures.get('1')).toEqual(error);
    expect(failures.get('10000')).toEqual(error);
  });
});

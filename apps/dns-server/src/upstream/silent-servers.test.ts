import { createManualClock, type HostPort } from '@wharf/agent';
import { describe, expect, it } from 'vitest';
import { createSilentServers, MAX_SILENT_SERVERS, SILENCE_MEMORY_MS } from './silent-servers.ts';

const server = (n: number): HostPort => ({ host: '192.0.2.1', port: n });

const setUp = () => {
  const clock = createManualClock();
  return { clock, silent: createSilentServers(clock) };
};

describe('createSilentServers', () => {
  it.each(['timeout', 'network'] as const)('has a server for 10 s after %s', async (outcome) => {
    const { clock, silent } = setUp();
    expect(silent.has(server(1))).toBe(false);
    silent.onOutcome(server(1), outcome);
    await clock.advance(SILENCE_MEMORY_MS - 1);
    expect(silent.has(server(1))).toBe(true);
    expect(silent.has(server(2))).toBe(false);
    await clock.advance(1);
    expect(silent.has(server(1))).toBe(false);
  });

  it.each(['answered', 'answer'] as const)('forgets it at once when it says anything: %s', (outcome) => {
    const { silent } = setUp();
    silent.onOutcome(server(1), 'timeout');
    silent.onOutcome(server(1), outcome);
    expect(silent.has(server(1))).toBe(false);
  });

  it.each(['aborted', 'question'] as const)('learns nothing from %s', (outcome) => {
    const { silent } = setUp();
    silent.onOutcome(server(1), outcome);
    expect(silent.has(server(1))).toBe(false);
    silent.onOutcome(server(1), 'timeout');
    silent.onOutcome(server(1), outcome);
    expect(silent.has(server(1))).toBe(true);
  });

  it('lets one question find out whether a server is back', async () => {
    const { clock, silent } = setUp();
    silent.onAsked(server(1));
    expect(silent.has(server(1))).toBe(false);
    silent.onOutcome(server(1), 'timeout');
    await clock.advance(SILENCE_MEMORY_MS);
    silent.onAsked(server(1));
    expect(silent.has(server(1))).toBe(true);
  });

  it('forgets the one that was asked least recently when there are too many', () => {
    const { silent } = setUp();
    for (let n = 1; n <= MAX_SILENT_SERVERS; n++) silent.onOutcome(server(n), 'timeout');
    silent.onAsked(server(1));
    silent.onOutcome(server(1_000), 'timeout');
    expect([1, 2, 3, 1_000].map((n) => silent.has(server(n)))).toEqual([true, false, true, true]);
  });
});

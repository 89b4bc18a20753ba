import { describe, expect, it } from 'vitest';
import { createAnswerWatch } from './answer-watch.ts';

const [one, two] = ['10.99.0.11', '10.99.0.12'];

function answer(host: string, askedAt: number, addresses: readonly string[], rcode = 'NOERROR', name = 'web') {
  return { host, name, askedAt, rcode, addresses };
}

describe('createAnswerWatch', () => {
  it('tells when each host answered with the addresses expected, in whatever order', () => {
    const watch = createAnswerWatch(1_000, [
      { host: 'host-1', name: 'web', has: [one, two], lacks: [] },
      { host: 'host-3', name: 'web', has: [one, two], lacks: [] },
    ]);
    watch.take(answer('host-1', 900, [two, one]));
    expect(watch.settled()).toEqual(
      new Map([
        ['host-1', undefined],
        ['host-3', undefined],
      ]),
    );
    watch.take(answer('host-1', 1_020, [one]));
    watch.take(answer('host-1', 1_040, [two, one]));
    watch.take(answer('host-1', 1_060, [one, two]));
    expect(watch.settled()).toEqual(
      new Map([
        ['host-1', 40],
        ['host-3', undefined],
      ]),
    );
    expect(watch.isSettled()).toBe(false);
    watch.take(answer('host-3', 1_500, [one, two]));
    expect(watch.isSettled()).toBe(true);
    expect(watch.counts()).toEqual({ asked: 4, unanswered: 0, different: 1 });
  });

  it('counts from the last time that an answer became right', () => {
    const watch = createAnswerWatch(0, [{ host: 'host-1', name: 'web', has: [one], lacks: [two] }]);
    for (const [at, addresses] of [
      [10, [one]],
      [20, [one, two]],
      [30, [one]],
    ] as const)
      watch.take(answer('host-1', at, addresses));
    expect(watch.settled().get('host-1')).toBe(30);
  });

  it('waits for every name of a host', () => {
    const watch = createAnswerWatch(0, [
      { host: 'host-1', name: 'web', has: [one], lacks: [two] },
      { host: 'host-1', name: 'shop', has: [], lacks: [one] },
    ]);
    watch.take(answer('host-1', 10, [one]));
    expect(watch.isSettled()).toBe(false);
    watch.take(answer('host-1', 70, [], 'NXDOMAIN', 'shop'));
    expect(watch.settled().get('host-1')).toBe(70);
  });

  it.each(['none', 'SERVFAIL', 'REFUSED'])('takes %s for no answer, also where no address is expected', (rcode) => {
    const watch = createAnswerWatch(0, [{ host: 'host-1', name: 'shop', has: [], lacks: [one] }]);
    watch.take(answer('host-1', 10, [], rcode, 'shop'));
    expect(watch.isSettled()).toBe(false);
    expect(watch.counts()).toEqual({ asked: 1, unanswered: 1, different: 0 });
  });

  it('does not look at hosts and names that nothing is expected of', () => {
    const watch = createAnswerWatch(0, [{ host: 'host-1', name: 'web', has: [one], lacks: [two] }]);
    watch.take(answer('host-2', 10, [one]));
    watch.take(answer('host-1', 10, [one], 'NOERROR', 'shop'));
    expect(watch.counts().asked).toBe(0);
  });
});

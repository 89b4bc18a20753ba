import { describe, expect, it } from 'vitest';
import { createLineLedger, parseSampleLine, sampleLineOf } from './line-ledger.ts';

describe('parseSampleLine', () => {
  it('reads what sample containers print', () => {
    const printed = sampleLineOf('host-2', 'web').replace('$run', '1763836286').replace('$n', '17');
    const timestamp = '2026-01-02T03:04:05.678901Z';
    const printedAtMs = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
    const expected = { host: 'host-2', container: 'web', run: '1763836286', number: 17, printedAtMs };
    expect(parseSampleLine({ msg: printed, timestamp })).toEqual(expected);
    expect(parseSampleLine({ msg: ` ${printed}`, timestamp })).toEqual(expected);
  });

  it.each(['', 'ready', 'web on host-2, run x, line 1', 'web on host-2, run 1, line 1 '])(
    'leaves %j to others',
    (text) => {
      expect(parseSampleLine({ msg: text, timestamp: '2026-01-02T03:04:05Z' })).toBeUndefined();
    },
  );
});

describe('createLineLedger', () => {
  const lines = (start: string, ...numbers: readonly number[]) => {
    const [container = '', run = ''] = start.split(' ');
    return numbers.map((number) => ({ host: 'host-1', container, run, number, printedAtMs: 1_000 * number }));
  };

  it('counts lines, and how many come in a second', () => {
    const ledger = createLineLedger();
    ledger.take(lines('web 1', 5, 6, 7), 500);
    expect(ledger.of('host-1')).toEqual({ total: 3, perSecond: 6, missing: 0, repeated: 0 });
    ledger.take([], 1_000);
    expect(ledger.of('host-1')).toMatchObject({ total: 3, perSecond: 0 });
    expect(ledger.of('host-2')).toMatchObject({ total: 0, perSecond: 0 });
  });

  it('tells lost lines from late and repeated ones', () => {
    const ledger = createLineLedger();
    ledger.take(lines('web 1', 1, 2, 5, 2), 1_000);
    expect(ledger.of('host-1')).toMatchObject({ missing: 2, repeated: 1 });
    ledger.take(lines('web 1', 3), 1_000);
    expect(ledger.of('host-1')).toMatchObject({ missing: 1, repeated: 1 });
    ledger.take(lines('web 1', 3, 4), 1_000);
    expect(ledger.of('host-1')).toMatchObject({ missing: 0, repeated: 2 });
  });

  it('knows how far each container has got', () => {
    const ledger = createLineLedger();
    ledger.take([...lines('web 1', 1, 7, 3), ...lines('shop 1', 2)], 1_000);
    expect(['web', 'shop', 'other'].map((name) => ledger.newestOf('host-1', name))).toEqual([7_000, 2_000, 0]);
  });

  it('takes a container that starts anew for another run', () => {
    const ledger = createLineLedger();
    ledger.take([...lines('web 1', 1, 2, 3), ...lines('web 9', 1, 2), ...lines('shop 1', 1)], 1_000);
    expect(ledger.of('host-1')).toMatchObject({ total: 6, missing: 0, repeated: 0 });
  });
});

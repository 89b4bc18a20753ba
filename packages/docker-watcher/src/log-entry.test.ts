import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLogEntry, parseTimestamp, renderSince, renderTimestamp } from './log-entry.ts';

describe('parseLogEntry', () => {
  it.each([
    ['2026-11-22T06:21:50.840980311Z ahoy\n', '2026-11-22T06:21:50.840980311Z', 'ahoy', false],
    ['2026-11-22T06:21:50.840980311Z half', '2026-11-22T06:21:50.840980311Z', 'half', true],
    ['2026-11-22T06:21:50.840980311Z \n', '2026-11-22T06:21:50.840980311Z', '', false],
    ['2026-11-22T06:21:50.840980311Z  two spaces\r\n', '2026-11-22T06:21:50.840980311Z', ' two spaces\r', false],
    ['2026-11-22T06:21:50Z podman\n', '2026-11-22T06:21:50Z', 'podman', false],
    ['2026-11-22T07:21:50.84+01:00 offset\n', '2026-11-22T07:21:50.84+01:00', 'offset', false],
    ['no time here\n', '', 'no time here', false],
    ['2026-11-22 06:21:50 not RFC 3339\n', '', '2026-11-22 06:21:50 not RFC 3339', false],
    ['\n', '', '', false],
    ['', '', '', true],
  ])('takes %j apart', (bytes, timestamp, text, partial) => {
    const entry = parseLogEntry(Buffer.from(bytes));
    expect({ ...entry, text: entry.text.toString() }).toEqual({ timestamp, text, partial });
  });

  it('takes as a time what RFC 3339 does, whichever byte of a usual one is another', () => {
    const usual = '2026-11-22T06:21:50.840980311Z';
    const form = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...Buffer.from('/0189:.-TZ ')));
    fc.assert(
      fc.property(fc.nat(usual.length), byte, (at, other) => {
        const bytes = Buffer.from(`${usual} ahoy\n`);
        bytes[at] = other;
        const first = bytes.toString('latin1').split(' ')[0] ?? '';
        expect(parseLogEntry(bytes).timestamp).toBe(form.test(first) ? first : '');
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('parseTimestamp', () => {
  it.each([
    ['1970-01-01T00:00:01.000000002Z', 1_000_000_002n],
    ['1970-01-01T01:00:01.5+01:00', 1_500_000_000n],
    ['2026-11-22T06:21:50Z', 1_795_328_510_000_000_000n],
  ])('reads %s', (timestamp, expected) => {
    expect(parseTimestamp(timestamp)).toBe(expected);
  });

  it.each(['', 'yesterday', '2026-13-22T06:21:50Z', '2026-11-22T06:21:50'])('does not read %j', (timestamp) => {
    expect(parseTimestamp(timestamp)).toBeUndefined();
  });
});

describe('renderTimestamp', () => {
  it('is read by parseTimestamp, and keeps every nanosecond', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), (timeNano) => {
        expect(renderTimestamp(timeNano)).toHaveLength(30);
        expect(parseTimestamp(renderTimestamp(timeNano))).toBe(timeNano);
      }),
    );
  });
});

describe('renderSince', () => {
  it('keeps every nanosecond', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 2n ** 62n }), (timeNano) => {
        const [seconds = '', nanoseconds = ''] = renderSince(timeNano).split('.');
        expect(nanoseconds).toHaveLength(9);
        expect(BigInt(seconds) * 1_000_000_000n + BigInt(nanoseconds)).toBe(timeNano);
      }),
    );
  });
});

import { describe, expect, it } from 'vitest';
import { createTakingSink, sampleLine, sampleTimestamp } from '../testing/sample-lines.ts';
import { parseRateLimit, rateLimitType } from './rate-limit.ts';
import { createRateLimitStage } from './rate-limit-stage.ts';
import { sinkLink } from './stage-link.ts';

describe('parseRateLimit', () => {
  it.each([
    ['100/s', { perSecond: 100, burst: 100 }],
    ['60/m', { perSecond: 1, burst: 60 }],
    ['7200/h,burst=5', { perSecond: 2, burst: 5 }],
    ['off', undefined],
    ['', undefined],
  ])('%j', (text, limit) => {
    expect(parseRateLimit(text)).toEqual({ ok: true, value: limit });
    expect(rateLimitType.parse(rateLimitType.render(limit))).toEqual({ ok: true, value: limit });
  });

  it.each(['0/s', '100', '1/d', '1.5/s', '-1/s', '1/s,burst=0', '1/s, burst=5', '99999999/s'])('refuses %j', (text) => {
    expect(parseRateLimit(text).ok).toBe(false);
  });
});

function start(rate: string) {
  const limit = parseRateLimit(rate);
  if (!limit.ok || limit.value === undefined) throw new Error(rate);
  const taken = createTakingSink();
  const dropped: number[] = [];
  const stage = createRateLimitStage(limit.value, (_reason, lines) => dropped.push(lines), sinkLink(taken.sink));
  let print = 0;
  return {
    ...taken,
    stage,
    dropped,
    /** Prints lines that are read at once, unless told otherwise. */
    print: (count: number, atMs: number, { nowMs = atMs } = {}) => {
      for (let line = 0; line < count; line++) {
        stage.push(sampleLine('x', { atMs }), [{ timestamp: sampleTimestamp(atMs), print: print++ }], nowMs);
      }
    },
  };
}

describe('createRateLimitStage', () => {
  it('takes a burst, and then as much as time brings', () => {
    const { print, texts } = start('10/s,burst=5');
    print(8, 0);
    expect(texts().length).toBe(5);
    print(3, 250);
    expect(texts().length).toBe(7);
    print(9, 900);
    expect(texts().length).toBe(12);
  });

  it('goes by the time of the lines: a backlog is no burst', () => {
    const { print, texts, dropped } = start('10/s,burst=5');
    for (let second = 0; second < 20; second++) print(5, second * 1_000, { nowMs: 7 });
    expect(texts().length).toBe(100);
    expect(dropped).toEqual([]);
  });

  it('says what is missing, once a second while it lasts and once when it ends', () => {
    const { print, stage, lines, dropped } = start('1/h');
    print(3, 0);
    print(1, 999);
    expect(stage.dueAtMs).toBe(1_000);
    print(2, 1_000);
    expect(stage.dueAtMs).toBe(2_000);
    stage.tick(1_999);
    stage.tick(2_000);
    expect(stage.dueAtMs).toBeUndefined();
    const notice = (text: string, atMs: number) => ({ ...sampleLine(text, { atMs }), severity: 5 });
    expect(lines.filter((line) => line !== undefined)).toEqual([
      sampleLine('x'),
      notice('... 3 lines suppressed', 999),
      notice('... 2 lines suppressed', 1_000),
    ]);
    expect(dropped).toEqual([1, 1, 1, 1, 1]);
  });

  it('says it for each source, and at the end of the stream', () => {
    const { print, stage, lines } = start('1/h');
    print(2, 0);
    stage.push(sampleLine('y', { source: 'stderr' }), [], 0);
    stage.flush();
    expect(lines.slice(-2).map((line) => [line?.source, line?.bytes.toString()])).toEqual([
      ['stdout', '... 1 line suppressed'],
      ['stderr', '... 1 line suppressed'],
    ]);
    expect(stage.dueAtMs).toBeUndefined();
  });

  it('gives the mark of every line once, in order', () => {
    const { print, marks, stage } = start('1/s');
    for (let at = 0; at < 5_000; at += 100) print(3, at);
    stage.flush();
    expect(marks.map(({ print }) => print)).toEqual(Array.from({ length: 150 }, (_, index) => index));
  });

  it('takes time that is a little out of order as the same, and one far back as another clock', () => {
    const { print, texts } = start('1/s,burst=1');
    for (const atMs of [100_000, 95_000, 100_500]) print(1, atMs, { nowMs: 0 });
    expect(texts().length).toBe(1);
    for (const atMs of [50_000, 51_000]) print(1, atMs, { nowMs: 0 });
    expect(texts().length).toBe(2);
  });
});

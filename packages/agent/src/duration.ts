import { failure, type Result, success } from './result.ts';

const MS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ['ns', 1e-6],
  ['us', 1e-3],
  ['µs', 1e-3],
  ['μs', 1e-3],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy;

/**
 * Parses a duration as Go writes it, `500ms`, `1m30s`, `1.5h`, or a plain `0`, to milliseconds.
 * @see https://pkg.go.dev/time#ParseDuration (negative durations, which no option takes, are refused)
 */
export function parseDuration(text: string): Result<number, string> {
  if (text === '0') return success(0);
  let totalMs = 0;
  let end = 0;
  for (const part of text.matchAll(PART)) {
    const [whole, amount, unit] = part;
    totalMs += Number(amount) * (MS_PER_UNIT.get(unit ?? '') ?? Number.NaN);
    end = part.index + whole.length;
  }
  if (end === 0 || end !== text.length || !Number.isFinite(totalMs)) {
    return failure('is not a duration such as 500ms, 30s or 1m30s');
  }
  return success(totalMs);
}

/** Writes milliseconds the way `parseDuration` reads them, in the largest units: `90000` is `1m30s`. */
export function renderDuration(durationMs: number): string {
  if (durationMs === 0) return '0';
  const wholeMs = Math.floor(durationMs);
  const parts = [
    [Math.floor(wholeMs / 3_600_000), 'h'],
    [Math.floor(wholeMs / 60_000) % 60, 'm'],
    [Math.floor(wholeMs / 1_000) % 60, 's'],
    [wholeMs % 1_000, 'ms'],
    [Math.round((durationMs - wholeMs) * 1e6), 'ns'],
  ] as const;
  return parts.map(([amount, unit]) => (amount === 0 ? '' : `${amount}${unit}`)).join('');
}

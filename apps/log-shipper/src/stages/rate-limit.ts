import { failure, type OptionType, type Result, success } from '@wharf/agent';

/** How much a container may print. */
export interface RateLimit {
  readonly perSecond: number;
  /** How many lines may come at once; at least 1. */
  readonly burst: number;
}

const LINES_LIMIT = 10_000_000;
const SECONDS = { s: 1, m: 60, h: 3_600 } as const;
const FORM = /^([1-9]\d{0,7})\/([smh])(?:,burst=([1-9]\d{0,7}))?$/;

/** Parses `100/s`, `5000/m` or `10/s,burst=500`; without a burst, all lines of the period may come at once. */
export function parseRateLimit(text: string): Result<RateLimit | undefined, string> {
  if (text === '' || text === 'off') return success(undefined);
  const [, amount, unit, burst] = FORM.exec(text) ?? [];
  if (amount === undefined || !isUnit(unit)) {
    return failure('is not a rate such as 100/s, 5000/m or 10/s,burst=500');
  }
  const lines = Number(amount);
  const limit = { perSecond: lines / SECONDS[unit], burst: burst === undefined ? lines : Number(burst) };
  if (Math.max(lines, limit.burst) > LINES_LIMIT) return failure(`is more than ${LINES_LIMIT} lines`);
  return success(limit);
}

function isUnit(text: string | undefined): text is keyof typeof SECONDS {
  return text !== undefined && Object.hasOwn(SECONDS, text);
}

function renderRateLimit(limit: RateLimit | undefined): string {
  return limit === undefined ? 'off' : `${Math.round(limit.perSecond * SECONDS.h)}/h,burst=${limit.burst}`;
}

/** A rate limit, or `off`. */
export const rateLimitType: OptionType<RateLimit | undefined> = {
  placeholder: 'lines/s|m|h[,burst=lines]',
  parse: parseRateLimit,
  render: renderRateLimit,
};

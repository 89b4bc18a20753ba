import { type LogSource, logSources } from '../lines/log-line.ts';
import type { LineStage } from './line-stage.ts';
import { createLineTime } from './line-time.ts';
import type { RateLimit } from './rate-limit.ts';
import type { DropListener, StageLink } from './stage-link.ts';

/** How often the stream itself says how much of it is missing. */
export const NOTICE_EVERY_MS = 1_000;

/** RFC 5424, section 6.2.1: normal but significant. */
const SEVERITY_NOTICE = 5;

/** Two streams of a container may be read so far out of order; what lies further back is another clock. */
const DISORDER_MS = 10_000;

/** What of one source was left out since its last notice. */
interface Suppressed {
  lines: number;
  timestamp: string;
}

/**
 * Leaves out what a container prints faster than it may: a token bucket over both its sources, which goes by the time
 * when lines were printed, so that a backlog that is read at once is no burst. In the place of what was left out comes
 * `... 1234 lines suppressed`, at most once a second of the reader's time.
 */
export function createRateLimitStage(
  { perSecond, burst }: RateLimit,
  onDropped: DropListener,
  next: StageLink,
): LineStage & StageLink {
  const timeOf = createLineTime();
  const suppressed = new Map<LogSource, Suppressed>();
  let tokens = burst;
  let filledAtMs = Number.NEGATIVE_INFINITY;
  let noticeAtMs: number | undefined;
  let lastNoticeMs = Number.NEGATIVE_INFINITY;
  let lastMs = 0;

  const fill = (atMs: number): void => {
    const elapsedMs = atMs - filledAtMs;
    if (elapsedMs > 0) tokens = Math.min(burst, tokens + (elapsedMs / 1_000) * perSecond);
    if (elapsedMs > 0 || elapsedMs < -DISORDER_MS) filledAtMs = atMs;
  };

  const giveNotices = (nowMs: number): void => {
    for (const source of logSources) {
      const missing = suppressed.get(source);
      if (missing === undefined) continue;
      const { lines, timestamp } = missing;
      const bytes = Buffer.from(`... ${lines} ${lines === 1 ? 'line' : 'lines'} suppressed`);
      next.push({ source, timestamp, bytes, severity: SEVERITY_NOTICE }, NO_MARKS, nowMs);
    }
    suppressed.clear();
    noticeAtMs = undefined;
    lastNoticeMs = nowMs;
  };

  const suppress = (source: LogSource, timestamp: string, nowMs: number): void => {
    const missing = suppressed.get(source);
    if (missing === undefined) suppressed.set(source, { lines: 1, timestamp });
    else {
      missing.lines++;
      missing.timestamp = timestamp;
    }
    noticeAtMs ??= Math.max(nowMs, lastNoticeMs) + NOTICE_EVERY_MS;
    onDropped('rate-limited', 1);
  };

  const tick = (nowMs: number): void => {
    lastMs = nowMs;
    if (noticeAtMs !== undefined && nowMs >= noticeAtMs) giveNotices(nowMs);
  };

  return {
    push(line, marks, nowMs) {
      tick(nowMs);
      fill(timeOf(line.timestamp));
      if (tokens >= 1) {
        tokens--;
        next.push(line, marks, nowMs);
        return;
      }
      suppress(line.source, line.timestamp, nowMs);
      next.drop(marks);
    },
    drop: next.drop,
    tick,
    get dueAtMs() {
      return noticeAtMs;
    },
    flush() {
      if (noticeAtMs !== undefined) giveNotices(lastMs);
    },
    // What was left out is used up and does not come again; its notice stays due.
    rewind: () => undefined,
  };
}

const NO_MARKS = [] as const;

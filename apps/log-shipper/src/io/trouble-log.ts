import { type Clock, describeError, type Logger } from '@wharf/agent';

/** What is tried again and again, and the log that tells of it without being flooded. */
export interface TroubleLog {
  /** Why it cannot be done at present; undefined when it can. */
  readonly trouble: string | undefined;
  failed(error: unknown): void;
  succeeded(): void;
}

export interface TroubleMessages {
  readonly failed: string;
  readonly well?: string;
}

/** While it lasts it is told so often. */
const REMINDER_MS = 600_000;
/** When it comes again it is told, but never more often than this. */
const RETURN_MS = 10_000;

/**
 * Tells of a failure when it begins, when it becomes another, when it comes again after a success, and now and then while
 * it lasts; of the success after it only when the failure was told.
 */
export function createTroubleLog(log: Logger, clock: Clock, messages: TroubleMessages): TroubleLog {
  let trouble: string | undefined;
  /** What was told last, and when. */
  let told: { readonly kind: string; readonly atMs: number } | undefined;
  let isTold = false;

  const isNews = (kind: string): boolean => {
    if (told?.kind !== kind) return true;
    return clock.monotonicMs() - told.atMs >= (isTold ? REMINDER_MS : RETURN_MS);
  };
  return {
    get trouble() {
      return trouble;
    },
    failed(error) {
      trouble = describeError(error);
      const kind = kindOf(error, trouble);
      if (!isNews(kind)) return;
      log.warn({ reason: trouble }, messages.failed);
      told = { kind, atMs: clock.monotonicMs() };
      isTold = true;
    },
    succeeded() {
      if (isTold && messages.well !== undefined) log.info({}, messages.well);
      trouble = undefined;
      isTold = false;
    },
  };
}

/** Messages of the system name files, whose names change from one attempt to the next. */
function kindOf(error: unknown, reason: string): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : reason;
}

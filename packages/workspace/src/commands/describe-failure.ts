import { describeError } from '@wharf/agent';

/** What failed, and what failed besides while cleaning up. */
export function describeFailure(error: unknown): string {
  if (error instanceof SuppressedError) {
    return `${describeFailure(error.suppressed)}; and while cleaning up: ${describeFailure(error.error)}`;
  }
  return describeError(error);
}

import { describeError } from './describe-error.ts';
import type { Logger } from './logger.ts';

/**
 * Says why an agent cannot start, as one line: it is most often something that the operator can mend, such as a file that
 * cannot be read or an address that is in use. Where in the code it was noticed is told at `debug`.
 */
export function logFailedStart(log: Logger, error: unknown): void {
  log.error(describeCode(error), `cannot start: ${describeError(error)}`);
  log.debug({ err: error }, 'this is where the start failed');
}

function describeCode(error: unknown): { readonly code?: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
}

import { type Clock, type Logger, sleep } from '@wharf/agent';
import type { Registry } from '../registries/registry.ts';
import { errorFields } from './error-fields.ts';

export interface ReachOptions {
  /** Attempts after the first; -1 for ever. */
  readonly retryAttempts: number;
  readonly retryIntervalMs: number;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends the waiting, without an error. */
  readonly signal: AbortSignal;
}

/**
 * Resolves when the registry has answered: the original's `-retry-attempts` and `-retry-interval`.
 * @throws Error when none of the attempts was answered
 */
export async function reachRegistry(registry: Registry, options: ReachOptions): Promise<void> {
  const { retryAttempts, retryIntervalMs, clock, log, signal } = options;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      await registry.probe();
      return;
    } catch (error) {
      if (retryAttempts >= 0 && attempt >= retryAttempts) {
        const attempts = attempt === 0 ? 'one attempt' : `${attempt + 1} attempts`;
        throw new Error(`${registry.description} could not be reached in ${attempts} (-retry-attempts)`, {
          cause: error,
        });
      }
      log.warn({ ...errorFields(error), attempt }, 'the registry could not be reached: trying again');
      await sleep(clock, retryIntervalMs, signal);
    }
  }
}

import { backoffDelayMs, type Clock, defaultBackoff, sleep } from '@wharf/agent';
import type { RegistryListener, SyncScope } from '../registries/registry.ts';
import type { SyncProgress } from '../registries/sync-progress.ts';

export interface SyncRunnerOptions extends Pick<RegistryListener, 'onFailed'> {
  /**
   * Makes what is registered what it should be. Resolves to whether it is: false when there was nothing to go by, or
   * nothing may be written.
   * @param stopping whoever does much, one thing after the other, looks in between whether to go on
   */
  sync(scope: SyncScope, stopping: AbortSignal): Promise<boolean>;
  /** Whether what failed is being mended elsewhere, which will then ask again: no time is waited for it here. */
  isMendedElsewhere?(error: unknown): boolean;
  /** Whether only some services failed, which others need not wait for: a request for changes ends the delay. */
  isPartial?(error: unknown): boolean;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Runs one synchronisation at a time, and runs it again, after a growing delay, for as long as it fails. */
export interface SyncRunner extends SyncProgress {
  /** Something may have changed. Requests made during a synchronisation are answered by one more. */
  request(scope: SyncScope): void;
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>;
}

export function createSyncRunner(options: SyncRunnerOptions): SyncRunner {
  const { clock, random } = options;
  let wanted: SyncScope | undefined;
  let underWay: Promise<void> | undefined;
  let failure: string | undefined;
  let hasSynced = false;
  const stopping = new AbortController();
  let pause = new AbortController();
  let isPartial = false;

  const run = async (): Promise<void> => {
    for (let attempt = 0; wanted !== undefined && !stopping.signal.aborted; ) {
      const scope = wanted;
      wanted = undefined;
      try {
        if (await options.sync(scope, stopping.signal)) hasSynced = true;
        attempt = 0;
        failure = undefined;
      } catch (error) {
        if (stopping.signal.aborted) return;
        failure = error instanceof Error ? error.message : String(error);
        options.onFailed(error, scope);
        if (options.isMendedElsewhere?.(error) === true) continue;
        wanted = 'everything';
        isPartial = options.isPartial?.(error) === true;
        pause = new AbortController();
        await sleep(clock, backoffDelayMs(attempt++, defaultBackoff, random), pause.signal);
      }
    }
  };

  const wake = (): void => {
    underWay ??= run().finally(() => {
      underWay = undefined;
      if (wanted !== undefined && !stopping.signal.aborted) wake();
    });
  };

  return {
    request(scope) {
      if (stopping.signal.aborted) return;
      wanted = wanted === 'everything' ? wanted : scope;
      if (scope === 'everything' || isPartial) pause.abort();
      wake();
    },
    failure: () => failure,
    hasSynced: () => hasSynced,
    async stop() {
      stopping.abort();
      pause.abort();
      await underWay;
    },
  };
}

import type { Clock, Logger } from '@wharf/agent';
import type { KeyStore } from '@wharf/etcd-client';

/** How long a start waits to be told where to listen. */
export const CONFIGURATION_TIMEOUT_MS = 2_000;

export interface ReadConfigurationOptions {
  readonly store: KeyStore;
  readonly key: string;
  readonly clock: Clock;
  readonly log: Logger;
  /** Ends the wait. */
  readonly signal: AbortSignal | undefined;
}

/** What the store says, undefined for nothing; or that it does not answer in time. */
export type ReadConfiguration =
  | { readonly type: 'read'; readonly json: string | undefined }
  | { readonly type: 'away' };

/** Asks the store once for the configuration, and waits no longer than `CONFIGURATION_TIMEOUT_MS`. */
export async function readConfiguration(options: ReadConfigurationOptions): Promise<ReadConfiguration> {
  const { store, key, clock, log, signal } = options;
  const { promise, resolve } = Promise.withResolvers<ReadConfiguration>();
  const away: ReadConfiguration = { type: 'away' };
  const onAbort = (): void => resolve(away);
  const cancel = clock.schedule(CONFIGURATION_TIMEOUT_MS, onAbort);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted === true) onAbort();
  store.get(key).then(
    (entry) => resolve({ type: 'read', json: entry?.value }),
    (error: unknown) => {
      log.debug({ key, err: error }, 'the configuration cannot be read yet');
      resolve(away);
    },
  );
  try {
    return await promise;
  } finally {
    cancel();
    signal?.removeEventListener('abort', onAbort);
  }
}

/** What a synchronisation loop has to say about itself. */
export interface SyncProgress {
  /** Why the newest synchronisation failed; undefined when it did not. */
  failure(): string | undefined;
  /** True when everything wanted has been registered at least once. */
  hasSynced(): boolean;
}

/** Why what is registered may not be what is desired, as far as the loop can tell; undefined when it is. */
export function progressReason(progress: SyncProgress | undefined): string | undefined {
  const failure = progress?.failure();
  if (failure !== undefined) return `the newest synchronisation failed: ${failure}`;
  return progress?.hasSynced() === true ? undefined : 'the services have not been registered yet';
}

import type { OwnershipStatus } from '../ownership/ownership-status.ts';

/** What a synchronisation loop has to say about itself. */
export interface SyncProgress {
  failure(): string | undefined;
  hasSynced(): boolean;
}

/** Why the records in a store of keys may not be what they should be, a sentence each; empty when they are. */
export function ownershipReasons(
  description: string,
  ownership: OwnershipStatus | undefined,
  progress: SyncProgress | undefined,
): readonly string[] {
  const reasons: string[] = [];
  if (ownership?.linkReason !== undefined) reasons.push(`${description} is not followed: ${ownership.linkReason}`);
  if (ownership?.state === 'standing-by') {
    const instance = ownership.other?.instance ?? 'unknown';
    reasons.push(`another process (${instance}) keeps this host's records: give each host its own name with -host`);
  } else if (ownership?.state !== 'holding') {
    reasons.push(`no lease of ${description} is held yet`);
  }
  const failure = progress?.failure();
  if (failure !== undefined) reasons.push(`the newest synchronisation failed: ${failure}`);
  else if (progress?.hasSynced() !== true) reasons.push('the services have not been registered yet');
  return reasons;
}

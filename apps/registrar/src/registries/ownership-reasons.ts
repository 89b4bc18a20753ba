import type { OwnershipStatus } from '../ownership/ownership-status.ts';
import { progressReason, type SyncProgress } from './sync-progress.ts';

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
  const reason = progressReason(progress);
  return reason === undefined ? reasons : [...reasons, reason];
}

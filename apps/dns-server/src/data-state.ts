import type { FollowStatus } from '@wharf/etcd-client';
import type { DataState } from './answer/answer-message.ts';

/**
 * What the state of the follower, undefined before it runs, says about the records.
 * @param snapshotMs when the records that were read from a snapshot were current, in milliseconds since 1970
 */
export function dataStateOf(status: FollowStatus | undefined, snapshotMs?: number): DataState {
  if (status?.everLoaded !== true) return snapshotMs === undefined ? 'loading' : 'stale';
  return status.state === 'following' || status.isListed ? 'current' : 'stale';
}

/** Why the server is not ready, in sentences; none when it is. */
export function readinessReasons(
  storeDescription: string,
  status: FollowStatus | undefined,
  snapshotMs?: number,
): readonly string[] {
  const because = status?.reason === undefined ? '' : `: ${status.reason}`;
  if (dataStateOf(status) === 'current') return [];
  if (status?.everLoaded === true)
    return [`${storeDescription} is away, and the last known records are served${because}`];
  const instead =
    snapshotMs === undefined ? '' : `, and the snapshot of ${new Date(snapshotMs).toISOString()} is served`;
  return [`no records have been read from ${storeDescription} yet${instead}${because}`];
}

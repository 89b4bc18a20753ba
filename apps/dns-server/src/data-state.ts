import type { FollowStatus } from '@wharf/etcd-client';
import type { DataState } from './answer/answer-message.ts';

/** What the state of the follower, undefined before it runs, says about the records. */
export function dataStateOf(status: FollowStatus | undefined): DataState {
  if (status?.everLoaded !== true) return 'loading';
  return status.state === 'following' ? 'current' : 'stale';
}

/** Why the server is not ready, in sentences; none when it is. */
export function readinessReasons(storeDescription: string, status: FollowStatus | undefined): readonly string[] {
  const because = status?.reason === undefined ? '' : `: ${status.reason}`;
  const state = dataStateOf(status);
  if (state === 'current') return [];
  return state === 'loading'
    ? [`no records have been read from ${storeDescription} yet${because}`]
    : [`${storeDescription} is away, and the last known records are served${because}`];
}

import type { FollowStatus } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { dataStateOf, readinessReasons } from './data-state.ts';

const status = (more: Partial<FollowStatus>): FollowStatus => ({
  state: 'following',
  sinceMs: 0,
  revision: 1,
  everLoaded: true,
  ...more,
});

describe('dataStateOf and readinessReasons', () => {
  it.each([
    { status: undefined, state: 'loading', reasons: ['no records have been read from etcd yet'] },
    {
      status: status({ state: 'disconnected', everLoaded: false, reason: 'refused' }),
      state: 'loading',
      reasons: ['no records have been read from etcd yet: refused'],
    },
    { status: status({}), state: 'current', reasons: [] },
    {
      status: status({ state: 'disconnected', reason: 'cut' }),
      state: 'stale',
      reasons: ['etcd is away, and the last known records are served: cut'],
    },
    {
      status: status({ state: 'loading' }),
      state: 'stale',
      reasons: ['etcd is away, and the last known records are served'],
    },
  ])('$state: $reasons', ({ status, state, reasons }) => {
    expect(dataStateOf(status)).toBe(state);
    expect(readinessReasons('etcd', status)).toEqual(reasons);
  });
});

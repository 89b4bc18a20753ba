import type { FollowStatus } from '@wharf/etcd-client';
import { describe, expect, it } from 'vitest';
import { dataStateOf, readinessReasons } from './data-state.ts';

const status = (more: Partial<FollowStatus>): FollowStatus => ({
  state: 'following',
  sinceMs: 0,
  revision: 1,
  everLoaded: true,
  isListed: false,
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
    // Read a moment ago; the watch is about to be accepted.
    { status: status({ state: 'loading', isListed: true }), state: 'current', reasons: [] },
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

  it('is stale with a snapshot until the store has been read, and then what the store is', () => {
    const away = status({ state: 'disconnected', everLoaded: false, reason: 'refused' });
    expect(dataStateOf(away, 1_000)).toBe('stale');
    expect(readinessReasons('etcd', away, 1_000)).toEqual([
      'no records have been read from etcd yet, and the snapshot of 1970-01-01T00:00:01.000Z is served: refused',
    ]);
    expect(dataStateOf(status({}), 1_000)).toBe('current');
    expect(readinessReasons('etcd', status({}), 1_000)).toEqual([]);
    expect(readinessReasons('etcd', status({ state: 'disconnected' }), 1_000)).toEqual([
      'etcd is away, and the last known records are served',
    ]);
  });
});

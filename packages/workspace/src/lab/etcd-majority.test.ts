import { describe, expect, it } from 'vitest';
import { describeLostMajority } from './etcd-majority.ts';

const [up, dead, cut] = [{ state: 'up' }, { state: 'dead' }, { state: 'cut-off' }] as const;

describe('describeLostMajority', () => {
  it.each([[[up]], [[up, up]], [[up, up, dead]]])('has nothing to say of %j', (hosts) => {
    expect(describeLostMajority(hosts)).toBeUndefined();
  });

  it.each([
    [[up, dead], '1 of 2'],
    [[up, cut, dead], '1 of 3'],
    [[dead], '0 of 1'],
  ])('says of %j that there is none', (hosts, members) => {
    expect(describeLostMajority(hosts)).toContain(`etcd has no majority (${members} members)`);
  });
});

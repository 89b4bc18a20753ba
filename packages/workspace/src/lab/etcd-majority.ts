import type { HostState } from '@wharf/lab';

interface Member {
  readonly state: HostState;
}

/** Why etcd can write nothing, a sentence without its end; undefined when more than half of the members reach each other. */
export function describeLostMajority(hosts: readonly Member[]): string | undefined {
  const up = hosts.filter(({ state }) => state === 'up').length;
  if (up > hosts.length / 2) return undefined;
  return `etcd has no majority (${up} of ${hosts.length} members): nothing is written and no lease expires, so the answers stay as they are`;
}

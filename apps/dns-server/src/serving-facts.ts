import type { Clock } from '@wharf/agent';
import type { DataState } from './answer/answer-message.ts';
import type { LeaseTracker } from './io/lease-tracker.ts';
import { runInSlices } from './io/run-in-slices.ts';
import type { ZoneData } from './records/zone-data.ts';
import type { ServingFacts } from './serve.ts';

export interface KnownHere {
  readonly data: ZoneData;
  /** What the index's hashes of names begin with. */
  readonly nameSeed: number;
  readonly state: () => DataState;
  /** Undefined before anything is asked about leases. */
  readonly leases: () => LeaseTracker | undefined;
  readonly clock: Pick<Clock, 'monotonicMs'>;
}

/** What a server answers from, as it is known in this thread. */
export function servingFacts({ data, nameSeed, state, leases, clock }: KnownHere): ServingFacts {
  return {
    nameSeed,
    state,
    index: () => data.index,
    recordsOfAddress: (address) => data.recordsOfAddress(address),
    keepAddresses: (isKept) => runInSlices(data.keepAddresses(isKept), clock),
    remainingSeconds: (lease) => leases()?.remainingSeconds(lease),
    leaseEnd: (lease) => leases()?.endOf(lease),
  };
}

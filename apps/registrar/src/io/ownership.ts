import { backoffDelayMs, type Clock, defaultBackoff, type Logger, sleep } from '@wharf/agent';
import {
  type Entry,
  type KeyStore,
  keepLease,
  type LeaseId,
  type LeaseKeeper,
  type Revision,
} from '@wharf/etcd-client';
import { type Claim, type ClaimVerdict, judgeClaim, parseClaim, takeOver } from '../ownership/claim.ts';
import type { OwnershipState, OwnershipStatus } from '../ownership/ownership-status.ts';
import type { Tenure } from '../ownership/tenure.ts';
import { type ClaimSighting, followClaim } from './claim-follower.ts';
import { errorFields } from './error-fields.ts';
import { observeLease } from './observe-lease.ts';
import { releaseClaim, rewriteClaim, writeClaim } from './write-claim.ts';

export interface OwnershipOptions {
  readonly store: KeyStore;
  readonly claimKey: string;
  readonly self: Claim;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** The records are ours to write from now on. */
  readonly onHeld: () => void;
  /** They are not any more; `onHeld` follows when they are again. */
  readonly onLost: () => void;
  readonly onStoreBack: () => void;
}

/** Sees to it that one process, and one only, keeps the records of a host. */
export interface Ownership {
  /** Undefined while nothing may be written. */
  current(): Tenure | undefined;
  status(): OwnershipStatus;
  /** The lease seems to be gone: find out now, not at the next renewal. */
  suspect(tenure: Tenure): void;
  /**
   * Moves the fence: whatever transaction was sent with the old one, and may still be on its way, is not applied from
   * now on. Resolves to the tenure that goes on; undefined when the fence has fallen.
   * @throws KeyStoreError when the store fails; the old tenure is still the current one
   */
  moveFence(tenure: Tenure): Promise<Tenure | undefined>;
  /** The fence fell: another process has taken over. */
  yieldTo(tenure: Tenure): void;
  /** `keep` leaves the records, for the TTL, to the next process; `remove` takes them out of the store. */
  stop(records: 'keep' | 'remove'): Promise<void>;
}

/** How many leases that were lost are remembered: their keys are ours until they run out. */
const FORMER_LEASES = 3;

/** Starts to claim the host name; never gives up. */
export function createOwnership(options: OwnershipOptions): Ownership {
  const { store, claimKey, self, clock, log, random } = options;
  let state: OwnershipState = 'looking';
  let sighting: ClaimSighting | undefined;
  let tenure: Tenure | undefined;
  let keeper: LeaseKeeper | undefined;
  let former: readonly LeaseId[] = [];
  /** Ends whatever waits or retries for the state that is being left. */
  let phase = new AbortController();

  const enter = (next: OwnershipState): AbortSignal => {
    state = next;
    phase.abort();
    phase = new AbortController();
    return phase.signal;
  };

  const remember = (lease: LeaseId): void => {
    former = [...former.filter((id) => id !== lease), lease].slice(-FORMER_LEASES);
  };

  const loseTenure = (): void => {
    if (tenure === undefined) return;
    remember(tenure.lease);
    tenure = undefined;
    options.onLost();
  };

  const dropKeeper = (revoke: boolean): void => {
    const dropped = keeper;
    keeper = undefined;
    dropped?.stop({ revoke }).catch((error: unknown) => log.warn(errorFields(error), 'a lease could not be given up'));
  };

  const carryOut = (verdict: ClaimVerdict): void => {
    switch (verdict.action) {
      case 'adopt':
        remember(verdict.lease);
        claimWith(verdict.lease);
        break;
      case 'replace':
        if (verdict.former !== undefined) remember(verdict.former);
        claimWith(undefined);
        break;
      case 'observe':
        void observe(verdict.windowMs);
        break;
    }
  };

  const consider = (): void => {
    if (sighting !== undefined) carryOut(judgeClaim(sighting.entry, self, state === 'looking'));
  };

  const observe = async (windowMs: number): Promise<void> => {
    const entry = sighting?.entry;
    const signal = enter('standing-by');
    if (entry === undefined) return;
    log.error({ claim: claimKey }, 'another process with this host name keeps its records: give each its own -host');
    for (let attempt = 0; !signal.aborted; ) {
      try {
        const isAlive = await observeLease(store, entry.lease, windowMs, clock, signal);
        attempt = 0;
        if (!signal.aborted && !isAlive) {
          log.info({ claim: claimKey }, 'the other process has gone: taking over');
          carryOut(takeOver(entry.lease, parseClaim(entry.value), self));
        }
      } catch {
        await sleep(clock, backoffDelayMs(attempt++, defaultBackoff, random), signal);
      }
    }
  };

  const claimWith = (adopt: LeaseId | undefined): void => {
    enter('claiming');
    const replaceable = sighting?.entry?.modRevision;
    const started = keepLease(store, {
      ttlSeconds: self.ttlSeconds,
      ...(adopt === undefined ? {} : { adopt }),
      clock,
      log,
      random,
      onHeld: (lease, fresh) => void claim(lease, fresh, replaceable),
      onLost: () => {
        loseTenure();
        enter('claiming');
      },
    });
    keeper = started;
  };

  const claim = async (lease: LeaseId, fresh: boolean, replaceable: Revision | undefined): Promise<void> => {
    const signal = enter('claiming');
    const outcome = await writeClaim(store, { claimKey, self, lease, replaceable, clock, log, random, signal });
    if (signal.aborted) return;
    if (outcome.type === 'written') hold(lease, outcome.modRevision);
    else if (outcome.type === 'taken') giveWay(outcome.entry, fresh);
    else if (outcome.type === 'lease-gone') {
      dropKeeper(false);
      claimWith(undefined);
    }
  };

  const hold = (lease: LeaseId, modRevision: Revision): void => {
    enter('holding');
    former = former.filter((id) => id !== lease);
    tenure = { lease, fence: { type: 'revision', key: claimKey, modRevision }, formerLeases: former };
    log.info({ lease, claim: claimKey }, "keeping this host's records");
    options.onHeld();
  };

  /** Somebody was faster, or took over: they keep the records, and this process waits. */
  const giveWay = (entry: Entry, revoke: boolean): void => {
    dropKeeper(revoke);
    loseTenure();
    sighting = { entry, revision: entry.modRevision };
    enter('standing-by');
    consider();
  };

  const restartKeeper = (suspected: Tenure): void => {
    dropKeeper(false);
    loseTenure();
    claimWith(suspected.lease);
  };

  const onClaim = (seen: ClaimSighting): void => {
    if (state === 'stopped') return;
    if (tenure !== undefined && seen.revision <= tenure.fence.modRevision) return;
    sighting = seen;
    if (state === 'looking' || state === 'standing-by') {
      consider();
    } else if (tenure !== undefined) {
      if (seen.entry === undefined) {
        log.warn({ claim: claimKey, lease: tenure.lease }, 'the claim is gone: its lease was revoked or ran out');
        restartKeeper(tenure);
      } else if (parseClaim(seen.entry.value)?.instance !== self.instance) giveWay(seen.entry, false);
    }
  };

  const follower = followClaim({ store, claimKey, clock, log, random, onClaim, onStoreBack: options.onStoreBack });

  return {
    current: () => tenure,
    status: () => ({
      state,
      lease: tenure?.lease,
      remainingMs: tenure === undefined ? undefined : keeper?.remainingMs(),
      other: state === 'standing-by' && sighting?.entry !== undefined ? parseClaim(sighting.entry.value) : undefined,
      linkReason: follower.status().state === 'disconnected' ? follower.status().reason : undefined,
    }),
    suspect(suspected) {
      if (tenure === suspected) restartKeeper(suspected);
    },
    async moveFence(present) {
      const modRevision = await rewriteClaim(store, { claimKey, self, lease: present.lease });
      if (modRevision === undefined || tenure !== present) return undefined;
      tenure = { ...present, fence: { ...present.fence, modRevision } };
      return tenure;
    },
    yieldTo(fenced) {
      if (tenure !== fenced) return;
      loseTenure();
      void claim(fenced.lease, false, undefined);
    },
    async stop(records) {
      const last = tenure;
      enter('stopped');
      tenure = undefined;
      follower.stop();
      if (last !== undefined && records === 'keep') await release(last);
      await keeper?.stop({ revoke: records === 'remove' && last !== undefined });
      if (last !== undefined && records === 'remove') {
        await Promise.all(last.formerLeases.map(revoke));
      }
    },
  };

  async function revoke(lease: LeaseId): Promise<void> {
    try {
      await store.revokeLease(lease);
    } catch (error) {
      log.warn({ ...errorFields(error), lease }, 'a former lease is not revoked: its keys go when it runs out');
    }
  }

  /** Gives the next process the whole TTL to arrive. */
  async function release({ lease, fence }: Tenure): Promise<void> {
    try {
      await releaseClaim(store, claimKey, self, { lease, modRevision: fence.modRevision });
      await store.renewLease(lease);
    } catch (error) {
      log.warn(
        { ...errorFields(error), claim: claimKey },
        'the claim could not be given up: the records go with the lease',
      );
    }
  }
}

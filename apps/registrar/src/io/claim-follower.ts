import type { Clock, Logger } from '@wharf/agent';
import { type Change, type Entry, followPrefix, type KeyStore, type PrefixFollower } from '@wharf/etcd-client';

/** What the store says about the claim at `revision`; without an entry nobody claims the host name. */
export interface ClaimSighting {
  readonly entry: Entry | undefined;
  readonly revision: number;
}

export interface ClaimFollowerOptions {
  readonly store: KeyStore;
  readonly claimKey: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly onClaim: (sighting: ClaimSighting) => void;
  /** The link to the store is back; what was written meanwhile is reported by `onClaim` too. */
  readonly onStoreBack: () => void;
}

/**
 * Follows one key, the claim on a host name. Besides take-overs it shows at once what would otherwise show only at the
 * next renewal: a revoked lease takes the claim with it. Other hosts' claims whose names begin alike pass by unseen.
 */
export function followClaim({ store, claimKey, onClaim, onStoreBack, ...tools }: ClaimFollowerOptions): PrefixFollower {
  let wasAway = false;
  const applyChange = (change: Change): void => {
    if (change.type === 'put' && change.entry.key === claimKey) {
      onClaim({ entry: change.entry, revision: change.entry.modRevision });
    } else if (change.type === 'delete' && change.key === claimKey) {
      onClaim({ entry: undefined, revision: change.modRevision });
    }
  };
  return followPrefix(
    store,
    claimKey,
    {
      beginSnapshot() {
        let found: Entry | undefined;
        return {
          add(entries) {
            found = entries.find(({ key }) => key === claimKey) ?? found;
          },
          commit: (revision) => onClaim({ entry: found, revision }),
          abort: () => undefined,
        };
      },
      applyChanges: (changes) => changes.forEach(applyChange),
    },
    {
      ...tools,
      onStatus({ state }) {
        if (state === 'disconnected') wasAway = true;
        else if (state === 'following' && wasAway) {
          wasAway = false;
          onStoreBack();
        }
      },
    },
  );
}

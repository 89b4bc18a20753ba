import { type Entry, type LeaseId, NO_LEASE } from '@wharf/etcd-client';

/**
 * Who keeps the records of a host: the value of `claimKey(host)`. The key hangs on the same lease as the records, so it
 * goes when they go; the lease itself is the key's own and not in the value.
 */
export interface Claim {
  /** A random ID of the process, so that two processes with one host name can tell each other apart. */
  readonly instance: string;
  /** The kernel's ID of this boot, the same in all containers of a machine; empty where it is not known. */
  readonly bootId: string;
  /** The lifetime that the lease was asked for with. */
  readonly ttlSeconds: number;
  /** True: the process has ended in good order and left its records to the next one. */
  readonly released: boolean;
}

const CLAIMS = '/wharf/registrar/';

/** Where the claim on a host name is kept: apart from the records, which SkyDNS's readers expect nothing else among. */
export function claimKey(hostName: string): string {
  return `${CLAIMS}${hostName}`;
}

/** The host name whose claim a key holds; undefined for other keys. */
export function claimedHost(key: string): string | undefined {
  return key.startsWith(CLAIMS) ? key.slice(CLAIMS.length) : undefined;
}

export function renderClaim({ instance, bootId, ttlSeconds, released }: Claim): string {
  return JSON.stringify({ instance, bootId, ttlSeconds, released });
}

/** Undefined for text that no registrar wrote. */
export function parseClaim(text: string): Claim | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  if (!('instance' in value && 'bootId' in value && 'ttlSeconds' in value && 'released' in value)) return undefined;
  const { instance, bootId, ttlSeconds, released } = value;
  if (typeof instance !== 'string' || typeof bootId !== 'string') return undefined;
  if (typeof ttlSeconds !== 'number' || !(ttlSeconds > 0) || typeof released !== 'boolean') return undefined;
  return { instance, bootId, ttlSeconds, released };
}

/** What a process that wants a host name may do about the claim that is there. */
export type ClaimVerdict =
  /** Take it, with the lease and all its records. */
  | { readonly action: 'adopt'; readonly lease: LeaseId }
  /** Take it with a lease of one's own, to which the records of the old one are moved. */
  | { readonly action: 'replace'; readonly former: LeaseId | undefined }
  /** Watch for `windowMs` whether somebody renews the lease, and keep out until nobody does. */
  | { readonly action: 'observe'; readonly windowMs: number };

/**
 * Judges the claim on a host name. At its start (`arriving`) a process takes over from an earlier one of the same boot
 * at once: that one is dead, or is being replaced, and the fence keeps it from writing if it is not. A claim from
 * another boot may be another machine with the same name, which nobody must fight: it counts as abandoned only when its
 * lease is not renewed. Later on, whoever has been displaced waits in the same way.
 */
export function judgeClaim(
  entry: Pick<Entry, 'value' | 'lease'> | undefined,
  self: Claim,
  arriving: boolean,
): ClaimVerdict {
  if (entry === undefined) return { action: 'replace', former: undefined };
  const claim = parseClaim(entry.value);
  const isMine = claim?.instance === self.instance;
  const isSuccession = arriving && claim !== undefined && self.bootId !== '' && claim.bootId === self.bootId;
  const isFree = entry.lease === NO_LEASE || claim?.released === true || isMine || isSuccession;
  return isFree
    ? takeOver(entry.lease, claim, self)
    : { action: 'observe', windowMs: observationMs(claim?.ttlSeconds ?? self.ttlSeconds) };
}

/** What to do with a claim that has been given up. A lease of another length is of no use: records carry their TTL. */
export function takeOver(lease: LeaseId, claim: Claim | undefined, self: Claim): ClaimVerdict {
  if (lease !== NO_LEASE && claim?.ttlSeconds === self.ttlSeconds) return { action: 'adopt', lease };
  return { action: 'replace', former: lease === NO_LEASE ? undefined : lease };
}

/**
 * Long enough for a living owner to renew, which it does every third of its TTL, and for the difference to show:
 * stores give whole seconds.
 */
function observationMs(ttlSeconds: number): number {
  return (ttlSeconds * 1000) / 3 + 3000;
}

/** Whether somebody renewed a lease between two looks at it, given the seconds that remained at each. */
export function wasRenewed(beforeSeconds: number, afterSeconds: number, elapsedMs: number): boolean {
  return afterSeconds > beforeSeconds - elapsedMs / 1000 + 1.5;
}

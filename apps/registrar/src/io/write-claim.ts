import { backoffDelayMs, type Clock, defaultBackoff, type Logger, sleep } from '@wharf/agent';
import { type Entry, type KeyStore, KeyStoreError, type LeaseId, type Revision } from '@wharf/etcd-client';
import { type Claim, parseClaim, renderClaim } from '../ownership/claim.ts';
import { errorFields } from './error-fields.ts';

interface OwnClaim {
  readonly claimKey: string;
  readonly self: Claim;
  readonly lease: LeaseId;
}

export interface ClaimRequest extends OwnClaim {
  /** The claim of another process that may be written over: the one that was judged. */
  readonly replaceable: Revision | undefined;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly signal: AbortSignal;
}

/**
 * - `written`: the claim is ours, at this revision.
 * - `taken`: another process was faster.
 * - `lease-gone`: the store does not know the lease that the claim should hang on.
 * - `aborted`: whether anything was written is not known.
 */
export type ClaimOutcome =
  | { readonly type: 'written'; readonly modRevision: Revision }
  | { readonly type: 'taken'; readonly entry: Entry }
  | { readonly type: 'lease-gone' }
  | { readonly type: 'aborted' };

/** Writes the claim on a host name, from whatever is there now, until the store has given a clear answer. */
export async function writeClaim(store: KeyStore, request: ClaimRequest): Promise<ClaimOutcome> {
  const { claimKey, clock, log, random, signal } = request;
  for (let attempt = 0; !signal.aborted; attempt++) {
    try {
      const entry = await store.get(claimKey);
      if (entry !== undefined && !mayReplace(entry, request)) return { type: 'taken', entry };
      const modRevision = await replaceClaim(store, entry, request);
      if (modRevision !== undefined) return { type: 'written', modRevision };
    } catch (error) {
      if (error instanceof KeyStoreError && error.code === 'lease-not-found') return { type: 'lease-gone' };
      log.warn(
        { ...errorFields(error), claim: claimKey },
        'the claim on the host name could not be written: trying again',
      );
      await sleep(clock, backoffDelayMs(attempt, defaultBackoff, random), signal);
    }
  }
  return { type: 'aborted' };
}

function mayReplace(entry: Entry, { self, replaceable }: ClaimRequest): boolean {
  const claim = parseClaim(entry.value);
  return entry.modRevision === replaceable || claim?.instance === self.instance || claim?.released === true;
}

/**
 * Writes our own claim once more, as it is: its revision is another then. Undefined when it is not ours any more.
 * @throws KeyStoreError when the store fails
 */
export async function rewriteClaim(store: KeyStore, claim: OwnClaim): Promise<Revision | undefined> {
  const entry = await store.get(claim.claimKey);
  if (entry === undefined || parseClaim(entry.value)?.instance !== claim.self.instance) return undefined;
  return replaceClaim(store, entry, claim);
}

/** Undefined when the claim changed between the look and the write. */
async function replaceClaim(
  store: KeyStore,
  entry: Entry | undefined,
  { claimKey: key, self, lease }: OwnClaim,
): Promise<Revision | undefined> {
  const { applied, revision } = await store.transact({
    guards: [entry === undefined ? { type: 'absent', key } : { type: 'revision', key, modRevision: entry.modRevision }],
    operations: [{ type: 'put', key, value: renderClaim(self), lease }],
  });
  return applied ? revision : undefined;
}

/**
 * Marks the claim as given up, for whoever comes next.
 * @throws KeyStoreError when the store cannot be reached
 */
export async function releaseClaim(
  store: KeyStore,
  claimKey: string,
  self: Claim,
  { lease, modRevision }: { readonly lease: LeaseId; readonly modRevision: Revision },
): Promise<void> {
  const value = renderClaim({ ...self, released: true });
  await store.transact({
    guards: [{ type: 'revision', key: claimKey, modRevision }],
    operations: [{ type: 'put', key: claimKey, value, lease }],
  });
}

import { NameError } from '@wharf/agent';
import type { ServiceTarget } from './address.ts';
import { MAX_ENDPOINTS } from './endpoint.ts';

/** An SRV record, and how long it holds. */
export interface ServiceRecord extends ServiceTarget {
  readonly ttlSeconds: number;
}

/**
 * The records whose targets are looked up, those of the best priorities first.
 * @throws NameError when the records say that there is no such service at this domain (RFC 2782, "Target")
 */
export function chooseServiceTargets(records: readonly ServiceRecord[]): readonly ServiceRecord[] {
  const offered = records.filter(({ target, port }) => target !== '' && port !== 0);
  if (offered.length === 0) throw new NameError('not-found', 'the SRV record says that the service is not offered');
  return offered.toSorted((one, other) => one.priority - other.priority).slice(0, MAX_ENDPOINTS);
}

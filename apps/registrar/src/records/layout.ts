import type { Result } from '@wharf/agent';
import type { Service, ServiceRules } from '../services/service.ts';

/** One key of a registry and what it holds. */
export interface ServiceEntry {
  readonly key: string;
  readonly value: string;
}

/** How one service is written: at least one entry, and what had to be left out or changed. */
export interface ServiceEntries {
  readonly entries: readonly ServiceEntry[];
  /** Each continues a sentence that the port begins: `is registered as my%2eapp, because ...`. */
  readonly warnings: readonly string[];
}

/**
 * What becomes of names and IDs that are no host name's labels:
 * - `octets`: whatever DNS can carry stays as it is, the rest is percent-encoded (`serviceNameLabel`, `instanceLabel`).
 * - `hostname`: everything but letters, digits and hyphens is written as `--hh` (`hostnameLabel`).
 * - `refuse`: a service whose name cannot be a label as it is is left out; IDs as with `octets`.
 */
export type LabelRule = 'octets' | 'hostname' | 'refuse';

/** The operator's choices about how services are written. */
export interface LayoutRules extends Pick<ServiceRules, 'metadataPrefix'> {
  readonly labels: LabelRule;
  /** Names of attributes that are published as text in DNS; `*` for all whose names do not look like secrets. */
  readonly attributes: readonly string[];
  /** Also as DNS-SD has it (RFC 6763): `<instance>._<service>._<proto>.<domain>`. */
  readonly dnsSd: boolean;
}

/**
 * How services are written into a registry. Equal services give equal text, for that is how changes are seen.
 */
export interface Layout {
  /** The entries of a service, or why it cannot have any, as the end of a sentence that the port begins. */
  toEntries(service: Service): Result<ServiceEntries, string>;
}

import type { Labels } from '@wharf/record-schema';
import type { NamingRule } from './services/service.ts';
import type { DeregisterRule } from './sync/deregister-rule.ts';

/** How a registrar behaves, whatever store and engine it works with. */
export interface RegistrarConfig {
  /** First part of every instance ID, and the name under which this host's records are claimed. */
  readonly host: string;
  /** Where services are registered: `web` becomes `web.<domain>`. */
  readonly domain: Labels;
  /** The host's address as the operator gave it; undefined to find out. */
  readonly ip: string | undefined;
  readonly internal: boolean;
  readonly explicit: boolean;
  readonly naming: NamingRule;
  readonly deregister: DeregisterRule;
  /** What becomes of the records at an orderly stop: left to the next process for the TTL, or removed. */
  readonly onStop: 'keep' | 'remove';
  /** How long records outlive an agent or host that has died. */
  readonly ttlSeconds: number;
  /** Between two looks at everything, events or not; 0 for never. */
  readonly resyncSeconds: number;
  /** How often reaching the store at the start is tried again before giving up; -1 for ever. */
  readonly retryAttempts: number;
  readonly retryIntervalMs: number;
}

/** What a registrar does unless told otherwise. */
export const registrarDefaults = {
  ip: undefined,
  internal: false,
  explicit: false,
  naming: 'v5',
  deregister: 'always',
  onStop: 'keep',
  ttlSeconds: 60,
  resyncSeconds: 60,
  retryAttempts: -1,
  retryIntervalMs: 2000,
} as const satisfies Omit<RegistrarConfig, 'host' | 'domain'>;

import type { Ipv4Network } from '@wharf/agent';
import type { LayoutRules } from './records/layout.ts';
import type { ServiceRules } from './services/service.ts';
import type { DeregisterRule } from './sync/deregister-rule.ts';

/** How a registrar behaves, whatever registry and engine it works with. */
export interface RegistrarConfig extends ServiceRules, LayoutRules {
  /** First part of every instance ID, and the name under which this host's records are claimed. */
  readonly host: string;
  /** Where this host's own IPv4 address is looked for, instead of at its name and the default route. */
  readonly addressIn: Ipv4Network | undefined;
  readonly deregister: DeregisterRule;
  /**
   * How long the services of a container that was sent its stop signal stay out while it goes on running, in seconds; 0
   * to leave them until it has ended.
   */
  readonly drainSeconds: number;
  /** What becomes of the records at an orderly stop: left to the next process for the TTL, or removed. */
  readonly onStop: 'keep' | 'remove';
  /** Between two looks at everything, events or not; 0 for never. */
  readonly resyncSeconds: number;
  /** How often reaching the registry at the start is tried again before giving up; -1 for ever. */
  readonly retryAttempts: number;
  readonly retryIntervalMs: number;
}

/** What a registrar does unless told otherwise. */
export const registrarDefaults = {
  metadataPrefix: 'SERVICE_',
  only: undefined,
  health: 'healthy',
  paused: 'remove',
  nameLabel: undefined,
  tags: undefined,
  ip: {},
  addressIn: undefined,
  internal: false,
  ipLabel: undefined,
  networks: [],
  family: 'any',
  explicit: false,
  naming: 'v5',
  labels: 'octets',
  attributes: ['*'],
  dnsSd: false,
  deregister: 'always',
  drainSeconds: 60,
  onStop: 'keep',
  ttlSeconds: 60,
  resyncSeconds: 60,
  retryAttempts: -1,
  retryIntervalMs: 2000,
} as const satisfies Omit<RegistrarConfig, 'host'>;

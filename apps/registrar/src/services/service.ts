import type { ContainerPort } from '@wharf/docker-watcher';
import type { Template } from '@wharf/go-template';
import type { Selector } from './selector.ts';

/** One port of one container, as it is announced to the rest of the network. */
export interface Service {
  readonly containerId: string;
  readonly containerName: string;
  /** Tells this instance from all others of the same name: `host:container:port`, or what SERVICE_ID says. */
  readonly id: string;
  /** The ID is what SERVICE_ID says, and so may be anybody's. */
  readonly hasGivenId?: true;
  readonly name: string;
  /** An IPv4 or IPv6 address that is neither empty nor unspecified. */
  readonly address: string;
  /** Where clients connect to. */
  readonly port: number;
  /** The port inside the container. */
  readonly containerPort: number;
  readonly protocol: ContainerPort['protocol'];
  readonly tags: readonly string[];
  /** Every other SERVICE_ key, lower-cased: SERVICE_REGION=us is `region` -> `us`. */
  readonly attributes: ReadonlyMap<string, string>;
  /** For SRV, from SERVICE_PRIORITY, SERVICE_WEIGHT and SERVICE_GROUP; absent when they are. */
  readonly priority?: number;
  readonly weight?: number;
  readonly group?: string;
  /** How long answers may be kept: SERVICE_TTL, or the registrar's own TTL. */
  readonly ttlSeconds: number;
}

/** A port that is not announced. */
export interface SkippedPort {
  /** `8080/tcp`; `*` where the reason concerns the whole container. */
  readonly port: string;
  /** A sentence that names the container, and the key or address at fault. */
  readonly reason: string;
  /** Somebody has to mend it: bad metadata, and not what was left out on purpose. */
  readonly isFault?: true;
}

/** What a container gives: for each of its ports a service or the reason why there is none. */
export interface ContainerServices {
  readonly services: readonly Service[];
  readonly skipped: readonly SkippedPort[];
  /** Metadata that was left out while its service is announced all the same. */
  readonly warnings: readonly string[];
}

/** At most one address of each family. */
export interface Addresses {
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/**
 * Which addresses are announced: `any` one, IPv4 where there is one (as the original does), only `ipv4`, only `ipv6`, or
 * `dual`: one of each that there is, the IPv6 one under an instance ID of its own.
 */
export type FamilyRule = 'any' | 'ipv4' | 'ipv6' | 'dual';

/** What is known of the host that the containers run on. */
export interface Host {
  /** First part of every instance ID. */
  readonly name: string;
  /** The host's own addresses, for ports that are published on all addresses; those that could not be found are absent. */
  readonly addresses: Addresses;
}

/**
 * Which generation of the original's rule for the suffix `-<port>` applies; see `serviceName`.
 * `v5` is what the units of 2015 ran.
 */
export type NamingRule = 'v5' | 'v7' | 'head';

/**
 * Which containers with a HEALTHCHECK are announced: those that are `healthy`, those that are not `unhealthy` (so also
 * while they start), or `any`.
 */
export type HealthRule = 'healthy' | 'not-unhealthy' | 'any';

/** The operator's choices about which services there are and what they are called. */
export interface ServiceRules {
  /** What metadata begins with: `SERVICE_`. */
  readonly metadataPrefix: string;
  /** Only containers whose labels it matches are looked at; undefined for all. */
  readonly only: Selector | undefined;
  readonly health: HealthRule;
  /** What becomes of the services of a paused container, which accepts connections and answers nothing. */
  readonly paused: 'remove' | 'keep';
  /** The label that names a container's services where its metadata does not; undefined for none. */
  readonly nameLabel: string | undefined;
  /** Renders to tags, separated by commas, over the inspected container; undefined for none. */
  readonly tags: Template | undefined;
  /** The addresses of this host as the operator gave them; each beats what the engine and the host say. */
  readonly ip: Addresses;
  /** Announce the container's own address and port instead of the published ones. */
  readonly internal: boolean;
  /** The label that holds a container's address; beats `ip` and `internal`. Undefined for none. */
  readonly ipLabel: string | undefined;
  /** Which of its networks a container is announced on, the best first, where it does not say itself. */
  readonly networks: readonly string[];
  readonly family: FamilyRule;
  /** Announce only what has a name in its metadata. */
  readonly explicit: boolean;
  readonly naming: NamingRule;
  /** Written into every record; readers of SkyDNS's format need it. */
  readonly ttlSeconds: number;
}

import type { ContainerPort } from '@wharf/docker-watcher';

/** One port of one container, as it is announced to the rest of the network. */
export interface Service {
  readonly containerId: string;
  readonly containerName: string;
  /** Tells this instance from all others of the same name: `host:container:port`, or what SERVICE_ID says. */
  readonly id: string;
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
  readonly ttlSeconds: number;
}

/** A port that is not announced. */
export interface SkippedPort {
  /** `8080/tcp`; `*` where the reason concerns the whole container. */
  readonly port: string;
  /** A sentence that names the container, and the key or address at fault. */
  readonly reason: string;
}

/** What a container gives: for each of its ports a service or the reason why there is none. */
export interface ContainerServices {
  readonly services: readonly Service[];
  readonly skipped: readonly SkippedPort[];
  /** Metadata that was left out while its service is announced all the same. */
  readonly warnings: readonly string[];
}

/** What is known of the host that the containers run on. */
export interface Host {
  /** First part of every instance ID. */
  readonly name: string;
  /** The host's own address, for ports that are published on all addresses; undefined when it could not be found. */
  readonly address: string | undefined;
}

/**
 * Which generation of the original's rule for the suffix `-<port>` applies; see `serviceName`.
 * `v5` is what the units of 2015 ran.
 */
export type NamingRule = 'v5' | 'v7' | 'head';

/** The operator's choices about which services there are and what they are called. */
export interface ServiceRules {
  /** The address of this host as the operator gave it; beats what the engine and the host say. */
  readonly ip: string | undefined;
  /** Announce the container's own address and port instead of the published ones. */
  readonly internal: boolean;
  /** Announce only what has a name in its metadata. */
  readonly explicit: boolean;
  readonly naming: NamingRule;
  /** Written into every record; readers of SkyDNS's format need it. */
  readonly ttlSeconds: number;
}

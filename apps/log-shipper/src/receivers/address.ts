import type { HostAddress } from '@wharf/agent';

/** The SRV record (RFC 2782) by which an address was found. */
export interface ServiceTarget {
  /** The least is tried first. */
  readonly priority: number;
  /** Among targets of one priority: how many of all connections it gets, in proportion. */
  readonly weight: number;
  readonly port: number;
  /** The host's name, without a dot at its end. */
  readonly target: string;
}

/** An address that a receiver's name has. */
export interface Address extends HostAddress {
  /** Absent when the name is the host's own. */
  readonly service?: ServiceTarget;
}

/** A name that begins with `_` is one of a service, with SRV records: `_syslog._tcp.example.org`. */
export function isServiceName(host: string): boolean {
  return host.startsWith('_');
}

/** What is wrong with a port beside the name of a service. */
export const SERVICE_PORT_PROBLEM = 'has a port beside the name of a service, whose SRV records have the ports';

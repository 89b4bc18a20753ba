import type { ContainerPort } from '@wharf/docker-watcher';

/** What an instance ID is made of. */
export interface InstanceFacts {
  /** SERVICE_ID or SERVICE_<port>_ID; empty when there is none. */
  readonly given: string;
  readonly hostName: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly protocol: ContainerPort['protocol'];
  /** True for the second of the addresses of one port, the IPv6 one of a dual stack. */
  readonly isSecond: boolean;
}

/**
 * The ID of an instance: the given one as it is, or `host:container:port`, with `:udp` or `:sctp` after it where the
 * protocol is not TCP (the original marks only UDP, and so lets SCTP overwrite TCP on the same port). The second address of a
 * port is an instance of its own, and its ID ends in `:ipv6`.
 */
export function serviceId(facts: InstanceFacts): string {
  const { given, hostName, containerName, containerPort, protocol } = facts;
  const own = `${hostName}:${containerName}:${containerPort}${protocol === 'tcp' ? '' : `:${protocol}`}`;
  const id = given === '' ? own : given;
  return facts.isSecond ? `${id}:ipv6` : id;
}

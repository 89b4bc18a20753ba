import type { ContainerPort } from '@wharf/docker-watcher';

/** What an instance ID is made of. */
export interface InstanceFacts {
  /** SERVICE_ID or SERVICE_<port>_ID; empty when there is none. */
  readonly given: string;
  readonly hostName: string;
  readonly containerName: string;
  readonly containerPort: number;
  readonly protocol: ContainerPort['protocol'];
}

/**
 * The ID of an instance: the given one as it is, or `host:container:port`, with `:udp` or `:sctp` after it where the
 * protocol is not TCP (the original marks only UDP, and so lets SCTP overwrite TCP on the same port).
 */
export function serviceId({ given, hostName, containerName, containerPort, protocol }: InstanceFacts): string {
  if (given !== '') return given;
  const id = `${hostName}:${containerName}:${containerPort}`;
  return protocol === 'tcp' ? id : `${id}:${protocol}`;
}

import { BlockList, isIP, isIPv6 } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether a host, a name or an address without brackets, is this machine's own loopback. */
export function isLoopback(host: string): boolean {
  if (isIP(host) === 0) return /^(?:.+\.)?localhost\.?$/i.test(host);
  return loopback.check(host, isIPv6(host) ? 'ipv6' : 'ipv4');
}

/** Whether a request's `Host` header, with or without a port, names loopback. */
export function isLoopbackHostHeader(header: string): boolean {
  const host = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(header);
  return host !== null && isLoopback(host[1] ?? host[2] ?? '');
}

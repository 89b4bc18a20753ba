import { ipAddressKind } from './ip-address.ts';

/** Whether a host, a name or an address without brackets, is this machine's own loopback. */
export function isLoopback(host: string): boolean {
  const kind = ipAddressKind(host);
  return kind === 'none' ? /^(?:.+\.)?localhost\.?$/i.test(host) : kind === 'loopback';
}

/** Whether a request's `Host` header, with or without a port, names loopback. */
export function isLoopbackHostHeader(header: string): boolean {
  const host = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/.exec(header);
  return host !== null && isLoopback(host[1] ?? host[2] ?? '');
}

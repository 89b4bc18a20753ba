import { type HostPort, renderHostPort } from '@wharf/agent';

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something listens there already',
  EACCES: 'this process may not take that port',
  EADDRNOTAVAIL: 'this host has no such address',
  EAFNOSUPPORT: 'this host has no such kind of address',
  ENOTFOUND: 'no address has that name',
};

/** The HTTP interface cannot listen where it should: why, and what to do about it. */
export function listenFailure(address: HostPort, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const reason = REASONS[code] ?? 'the system refuses';
  return new Error(`HTTP cannot listen on ${renderHostPort(address)}: ${reason}; give another -http-addr, or off`, {
    cause,
  });
}

export type ListenErrorCode = 'address-in-use' | 'not-permitted' | 'no-such-address' | 'failed';

/** The server cannot listen where it was told to. */
export class ListenError extends Error {
  override readonly name = 'ListenError';
  readonly code: ListenErrorCode;

  constructor(code: ListenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const KINDS: Readonly<Record<string, readonly [ListenErrorCode, string]>> = {
  EADDRINUSE: ['address-in-use', 'another process listens there: stop it, or choose another address with -addr'],
  EACCES: ['not-permitted', 'ports below 1024 need root or the capability NET_BIND_SERVICE; or choose one with -addr'],
  EADDRNOTAVAIL: ['no-such-address', 'this host does not have that address: choose one of its own with -addr'],
  EAFNOSUPPORT: ['no-such-address', 'this host does not have IPv6: choose an IPv4 address with -addr'],
};

/** Translates what the system said about `where`, such as `udp 127.0.0.1 port 53`. */
export function listenError(where: string, cause: unknown): ListenError {
  const systemCode = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const [code, remedy] = KINDS[systemCode] ?? ['failed', String(cause)];
  return new ListenError(code, `cannot listen on ${where}: ${remedy}`, { cause });
}

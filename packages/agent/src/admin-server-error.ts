/**
 * - `address-in-use`: another process listens there.
 * - `not-permitted`: the port is below 1024 and this process may not take it.
 * - `cannot-listen`: the address is not one of this host, or anything else the system says.
 */
export type AdminServerErrorCode = 'address-in-use' | 'not-permitted' | 'cannot-listen';

/** The admin HTTP server could not be started. */
export class AdminServerError extends Error {
  override readonly name = 'AdminServerError';
  readonly code: AdminServerErrorCode;

  constructor(code: AdminServerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const REASONS: Readonly<Record<string, readonly [AdminServerErrorCode, string]>> = {
  EADDRINUSE: ['address-in-use', 'something listens there already'],
  EACCES: ['not-permitted', 'this process may not take that port'],
  EADDRNOTAVAIL: ['cannot-listen', 'this host has no such address'],
  ENOTFOUND: ['cannot-listen', 'no address has that name'],
};

/** What a failed `listen` means, and what to do about it. */
export function toAdminServerError(error: unknown, address: string): AdminServerError {
  const systemCode = error instanceof Error && 'code' in error ? String(error.code) : '';
  const [code, reason] = REASONS[systemCode] ?? ['cannot-listen', 'the system refuses'];
  const message = `admin HTTP cannot listen on ${address}: ${reason}; give another -admin-addr, or off`;
  return new AdminServerError(code, message, { cause: error });
}

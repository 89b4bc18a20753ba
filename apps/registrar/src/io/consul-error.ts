/**
 * - `unavailable`: nobody answered in time, or not as Consul does: try again.
 * - `failing`: the agent could not do it (5xx): try again.
 * - `unauthorized`: the token may not do it, or there is none (401, 403).
 * - `refused`: the agent does not take the request itself (other 4xx): it will not take it again.
 */
export type ConsulErrorCode = 'unavailable' | 'failing' | 'unauthorized' | 'refused';

/** What went wrong at an agent of Consul, as a sentence without the token. */
export class ConsulError extends Error {
  override readonly name = 'ConsulError';
  readonly code: ConsulErrorCode;

  constructor(code: ConsulErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

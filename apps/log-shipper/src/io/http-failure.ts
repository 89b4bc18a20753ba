/**
 * A request that got no answer: `unreachable` when there was no connection to send it over, `lost` when the connection
 * ended, or the time was up, before the answer was complete; what became of the request is then unknown. `stale` is a loss
 * at once of a connection that had been kept open.
 */
export class HttpFailure extends Error {
  readonly code: 'unreachable' | 'lost' | 'stale';

  constructor(code: HttpFailure['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'HttpFailure';
    this.code = code;
  }
}

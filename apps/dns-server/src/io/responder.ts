import type { Transport } from '../answer/respond.ts';

/**
 * What a transport knows of DNS: bytes in, bytes out, at once. It never throws; undefined means that nothing is sent
 * back. The query's bytes may be overwritten after it returns.
 */
export type Responder = (query: Buffer, transport: Transport) => Buffer | undefined;

/** A transport that serves. */
export interface RunningServer {
  readonly port: number;
  /** Takes no more queries, sends what it owes, and resolves. */
  close(): Promise<void>;
}

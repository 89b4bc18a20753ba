import type { Transport } from '../answer/respond.ts';

/** Who asks. Valid only while the responder is called: whoever needs the address later asks for it then. */
export interface Client {
  readonly transport: Transport;
  /** The client's IP address, with its zone when it needs one; empty when the client is gone. Made when asked for. */
  address(): string;
  /** Whether that can only be the address of a host nearby (`isLocalClient`); cheap. */
  isLocal(): boolean;
}

/**
 * What a transport knows of DNS: bytes in, bytes out, at once or later. It never throws and its promises never reject;
 * undefined means that nothing is sent back. The query's bytes may be overwritten after it returns, and so may those of a
 * reply that it returns at once by its next call: a transport that keeps them copies them.
 */
export type Responder = (query: Buffer, client: Client) => Buffer | undefined | Promise<Buffer | undefined>;

/** A transport that serves. */
export interface RunningServer {
  readonly port: number;
  /** Takes no more queries, sends what it has, and resolves; what is answered after that is not sent. */
  close(): Promise<void>;
}

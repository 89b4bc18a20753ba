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

/**
 * Answers the query `packet[start]` to `packet[end - 1]` at once, without a buffer made for it: writes the reply into
 * `into` from `at` on. It never throws.
 * @returns how many octets the reply has, over UDP no more than `SAFE_UDP_OCTETS`; 0 when the `Responder` has to be asked
 */
export type QuickResponder = (
  packet: Buffer,
  start: number,
  end: number,
  client: Client,
  into: Buffer,
  at: number,
) => number;

/** What answers. */
export interface Responders {
  readonly respond: Responder;
  /** Asked first; absent: there is only the other. */
  readonly respondQuickly?: QuickResponder;
}

/** A transport that serves. */
export interface RunningServer {
  readonly port: number;
  /**
   * Leaves questions that come from now on to others at the address, where the system can do that, and resolves when
   * those that came have been taken; replies are still sent.
   */
  leave(): Promise<void>;
  /** Takes no more queries, sends what it has, and resolves; what is answered after that is not sent. */
  close(): Promise<void>;
}

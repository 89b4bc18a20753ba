import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { freePort } from './ports.ts';

export interface ReceivedSyslog {
  readonly transport: 'udp' | 'tcp';
  /** How the message was delimited. */
  readonly framing: 'datagram' | 'octet-counted' | 'line';
  /** The message without its framing; for octet counting the bytes that the length counts, a final LF included. */
  readonly bytes: Buffer;
  readonly text: string;
  /** Milliseconds of `performance.now()`. */
  readonly receivedAtMs: number;
}

export interface SyslogReceiverOptions {
  /** A free port when absent. */
  readonly port?: number;
  /** An address of this host; 127.0.0.1 when absent. */
  readonly host?: string;
  readonly onMessage?: (message: ReceivedSyslog) => void;
}

/** A small syslog receiver in this process, for tests of bytes and for the demo. */
export interface SyslogReceiver {
  /** The same for UDP and TCP. */
  readonly port: number;
  /** Everything received so far; kept until `clear`. */
  readonly messages: readonly ReceivedSyslog[];
  /** TCP connections open now. */
  readonly connections: number;
  /** TCP connections accepted since the start. */
  readonly accepted: number;
  clear(): void;
  /** Resets every TCP connection. */
  dropConnections(): void;
  /** Stops reading from every connection, also from new ones, so that senders feel back-pressure; `resume` reads on. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Starts the receiver on UDP and TCP, with both framings of RFC 6587 told apart message by message. */
export async function startSyslogReceiver(options: SyslogReceiverOptions = {}): Promise<SyslogReceiver> {
  const { port = await freePort(), host = '127.0.0.1' } = options;
  const messages: ReceivedSyslog[] = [];
  const sockets = new Set<Socket>();
  let accepted = 0;
  let paused = false;

  const receive = (transport: ReceivedSyslog['transport'], framing: ReceivedSyslog['framing'], bytes: Buffer): void => {
    const message = { transport, framing, bytes, text: bytes.toString('utf8'), receivedAtMs: performance.now() };
    messages.push(message);
    options.onMessage?.(message);
  };

  const datagrams = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 });
  datagrams.on('message', (bytes) => receive('udp', 'datagram', bytes));
  datagrams.bind(port, host);

  const listener = createServer((socket) => {
    accepted++;
    sockets.add(socket);
    if (paused) socket.pause();
    const split = createSyslogSplitter((framing, bytes) => receive('tcp', framing, bytes));
    socket.on('data', (chunk) => {
      if (!split(chunk)) socket.destroy();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  listener.listen(port, host);
  await Promise.all([once(datagrams, 'listening'), once(listener, 'listening')]);

  return {
    port,
    messages,
    get connections() {
      return sockets.size;
    },
    get accepted() {
      return accepted;
    },
    clear() {
      messages.length = 0;
    },
    dropConnections() {
      for (const socket of sockets) socket.resetAndDestroy();
    },
    pause() {
      paused = true;
      for (const socket of sockets) socket.pause();
    },
    resume() {
      paused = false;
      for (const socket of sockets) socket.resume();
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      listener.close();
      datagrams.close();
      await Promise.all([once(listener, 'close'), once(datagrams, 'close')]);
    },
  };
}

const LINE_FEED = 0x0a;
const SPACE = 0x20;
/** The longest message taken, and so the most that one connection makes the receiver hold. */
const MESSAGE_LIMIT = 4 << 20;

/**
 * Splits a TCP stream into messages: a digit first means octet counting, anything else a line (RFC 6587, section 3.4).
 * The function returned is false when the stream is beyond repair: a length that is none, or a message over 4 MiB.
 */
export function createSyslogSplitter(
  onMessage: (framing: 'octet-counted' | 'line', bytes: Buffer) => void,
): (chunk: Buffer) => boolean {
  let pending: Buffer = Buffer.alloc(0);
  return (chunk) => {
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
    for (;;) {
      const message = firstMessage(pending);
      if (message === undefined) return pending.length <= MESSAGE_LIMIT;
      if (message === 'broken') return false;
      onMessage(message.framing, Buffer.from(pending.subarray(message.start, message.end)));
      pending = pending.subarray(message.next);
    }
  };
}

interface Delimited {
  readonly framing: 'octet-counted' | 'line';
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

function firstMessage(bytes: Buffer): Delimited | 'broken' | undefined {
  const first = bytes[0];
  if (first === undefined) return undefined;
  if (first < 0x30 || first > 0x39) {
    const end = bytes.indexOf(LINE_FEED);
    return end < 0 ? undefined : { framing: 'line', start: 0, end, next: end + 1 };
  }
  const space = bytes.indexOf(SPACE);
  if (space < 0) return bytes.length > 10 ? 'broken' : undefined;
  const digits = bytes.toString('latin1', 0, space);
  const length = Number(digits);
  if (!/^[1-9][0-9]*$/.test(digits) || length > MESSAGE_LIMIT) return 'broken';
  const end = space + 1 + length;
  return end > bytes.length ? undefined : { framing: 'octet-counted', start: space + 1, end, next: end };
}

import { createConnection, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { describeTlsFailure } from './describe-tls-failure.ts';
import { type Address, describeFailure } from './lookup.ts';
import { secureContextOf, serverNameIndication, type TlsSettings } from './tls-settings.ts';

/** A connection over TCP or TLS. */
export interface StreamConnection {
  /** Of the receiver. */
  readonly address: string;
  /** Aborts when the connection is of no use any more: closed by either side, reset or destroyed. */
  readonly lost: AbortSignal;
  /** Why it was lost, as the end of a sentence. */
  readonly lossReason: string;
  /** Gives what the receiver says to `onBytes` from now on; before, it is read and thrown away. */
  listen(onBytes: (bytes: Buffer) => void): void;
  /** True when the kernel has taken all of it; false when the connection was lost before. */
  write(bytes: Buffer): Promise<boolean>;
  /** Closes in good order; resolves when the kernel has everything or the connection is lost. */
  end(): Promise<void>;
  destroy(): void;
}

export interface StreamOptions {
  /** Undefined for plain TCP. */
  readonly tls?: TlsSettings | undefined;
}

const CONNECT_TIMEOUT_MS = 5_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** An idle connection is probed after this time, so that a receiver that vanished without a word is noticed. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Connects to the first of the addresses that accepts, and with which TLS comes about, trying them in turn.
 * @param signal destroys the connection, also later
 * @throws the error of the last one; `describeStreamFailure` has words for it
 */
export async function openStreamConnection(
  addresses: readonly Address[],
  port: number,
  options: StreamOptions,
  signal: AbortSignal,
): Promise<StreamConnection> {
  const { socket, address } = await openStreamSocket(addresses, port, options, signal);
  return wrapSocket(socket, address, signal);
}

/** As `openStreamConnection`, for who does the talking; `signal` gives up the opening alone. */
export async function openStreamSocket(
  addresses: readonly Address[],
  port: number,
  { tls }: StreamOptions,
  signal: AbortSignal,
): Promise<{ readonly socket: Socket; readonly address: string }> {
  let failure: unknown = new Error('the name has no address');
  for (const { address, family } of addresses) {
    try {
      const socket = await connectSocket({ host: address, family, port }, signal);
      return { socket: tls === undefined ? socket : await secure(socket, tls, signal), address };
    } catch (error) {
      failure = error;
    }
    if (signal.aborted) break;
  }
  throw failure;
}

/** Why a connection did not come about or was lost, as the end of a sentence. */
export function describeStreamFailure(error: unknown): string {
  return (error instanceof Error ? describeTlsFailure(error) : undefined) ?? describeFailure(error);
}

function connectSocket(
  target: { readonly host: string; readonly family: number; readonly port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const socket = createConnection({ ...target, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  return whenReady(socket, 'connect', { timeoutMs: CONNECT_TIMEOUT_MS, onTimeout: 'no answer' }, signal);
}

/** The handshake, in which the receiver proves who it is. */
function secure(socket: Socket, settings: TlsSettings, signal: AbortSignal): Promise<Socket> {
  try {
    const secured = connectTls({
      socket,
      secureContext: secureContextOf(settings),
      servername: serverNameIndication(settings),
      checkServerIdentity: (_name, certificate) => checkServerIdentity(settings.servername, certificate),
    });
    const limit = { timeoutMs: HANDSHAKE_TIMEOUT_MS, onTimeout: 'the receiver does not answer the TLS handshake' };
    return whenReady(secured, 'secureConnect', limit, signal);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** The socket when `event` has come; rejects, and destroys it, on its error, after a silence, and when given up. */
function whenReady<T extends Socket>(
  socket: T,
  event: 'connect' | 'secureConnect',
  limit: { readonly timeoutMs: number; readonly onTimeout: string },
  signal: AbortSignal,
): Promise<T> {
  const settled = Promise.withResolvers<T>();
  const abort = (): void => {
    socket.destroy(new Error('given up'));
  };
  const onTimeout = (): void => {
    socket.destroy(new Error(limit.onTimeout));
  };
  const onClose = (): void => settled.reject(new Error('connection closed by the receiver'));
  // Not the socket's own timer, which begins anew with every byte: a receiver that trickles would hold on for ever.
  const timer = setTimeout(onTimeout, limit.timeoutMs);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  socket.once('error', settled.reject);
  socket.once('close', onClose);
  socket.once(event, () => {
    socket.off('error', settled.reject);
    socket.off('close', onClose);
    settled.resolve(socket);
  });
  return settled.promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  });
}

function wrapSocket(socket: Socket, address: string, signal: AbortSignal): StreamConnection {
  const lost = new AbortController();
  let lossReason = 'connection closed';
  let onBytes: ((bytes: Buffer) => void) | undefined;
  const lose = (reason: string): void => {
    if (lost.signal.aborted) return;
    lossReason = reason;
    lost.abort();
    socket.destroy();
  };
  const abort = (): void => lose('given up');
  signal.addEventListener('abort', abort, { once: true });
  if (signal.aborted) abort();
  lost.signal.addEventListener('abort', () => signal.removeEventListener('abort', abort), { once: true });
  socket.on('error', (error) => lose(describeStreamFailure(error)));
  socket.on('end', () => lose('connection closed by the receiver'));
  socket.on('close', () => lose('connection closed'));
  socket.on('data', (bytes: Buffer) => onBytes?.(bytes));

  return {
    address,
    lost: lost.signal,
    get lossReason() {
      return lossReason;
    },
    listen(listener) {
      onBytes = listener;
    },
    write: (bytes) =>
      new Promise((resolve) => {
        socket.write(bytes, (error) => resolve(error === null || error === undefined));
      }),
    end: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve());
        if (socket.destroyed) resolve();
        else socket.end(() => resolve());
      }),
    destroy: () => {
      socket.destroy();
    },
  };
}

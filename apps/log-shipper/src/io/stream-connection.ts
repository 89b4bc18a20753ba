import { createConnection, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { certificateName, type Endpoint } from '../receivers/endpoint.ts';
import { describeTlsFailure } from './describe-tls-failure.ts';
import { describeFailure } from './lookup.ts';
import { secureContextOf, serverNameIndication, type TlsSettings } from './tls-settings.ts';

/** A connection over TCP or TLS. */
export interface StreamConnection {
  /** Of the receiver. */
  readonly endpoint: Endpoint;
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
  /**
   * Ends what is sent, and waits for the receiver to close too: resolves to true when it has, having read everything, to
   * false when the connection is lost before.
   */
  drain(): Promise<boolean>;
  destroy(): void;
}

export interface StreamOptions {
  /** Undefined for plain TCP. */
  readonly tls?: TlsSettings | undefined;
  /** Told of each endpoint with which no connection came about. */
  readonly onFailure?: ((endpoint: Endpoint) => void) | undefined;
}

const CONNECT_TIMEOUT_MS = 5_000;
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** A receiver that closes within this time of the handshake, without a word, may not like who it was with. */
const SUSPICIOUS_MS = 2_000;
const CLOSED = 'connection closed by the receiver';
const CERTIFICATE_HINT = '(does it ask for a client certificate? see tls.cert and tls.key)';
/** An idle connection is probed after this time, so that a receiver that vanished without a word is noticed. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Connects to the first of the endpoints that accepts, and with which TLS comes about, trying them in turn.
 * @param signal destroys the connection, also later
 * @param opening gives up the opening alone
 * @throws the error of the last one; `describeStreamFailure` has words for it
 */
export async function openStreamConnection(
  endpoints: readonly Endpoint[],
  options: StreamOptions,
  signal: AbortSignal,
  opening = signal,
): Promise<StreamConnection> {
  const { socket, endpoint } = await openStreamSocket(endpoints, options, AbortSignal.any([signal, opening]));
  const isAnonymous = options.tls !== undefined && options.tls.cert === undefined;
  return wrapSocket(socket, endpoint, signal, isAnonymous);
}

/** As `openStreamConnection`, for who does the talking; `signal` gives up the opening alone. */
export async function openStreamSocket(
  endpoints: readonly Endpoint[],
  { tls, onFailure }: StreamOptions,
  signal: AbortSignal,
): Promise<{ readonly socket: Socket; readonly endpoint: Endpoint }> {
  let failure: unknown = new Error('the name has no address');
  for (const endpoint of endpoints) {
    try {
      const socket = await connectSocket(endpoint, signal);
      return { socket: tls === undefined ? socket : await secure(socket, endpoint, tls, signal), endpoint };
    } catch (error) {
      failure = error;
    }
    if (signal.aborted) break;
    onFailure?.(endpoint);
  }
  throw failure;
}

/** Why a connection did not come about or was lost, as the end of a sentence. */
export function describeStreamFailure(error: unknown): string {
  return (error instanceof Error ? describeTlsFailure(error) : undefined) ?? describeFailure(error);
}

function connectSocket({ address, family, port }: Endpoint, signal: AbortSignal): Promise<Socket> {
  const target = { host: address, family, port };
  const socket = createConnection({ ...target, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  return whenReady(socket, 'connect', { timeoutMs: CONNECT_TIMEOUT_MS, onTimeout: 'no answer' }, signal);
}

/** The handshake, in which the receiver proves who it is. */
function secure(socket: Socket, endpoint: Endpoint, settings: TlsSettings, signal: AbortSignal): Promise<Socket> {
  const name = certificateName(settings.servername, endpoint);
  try {
    const secured = connectTls({
      socket,
      secureContext: secureContextOf(settings),
      servername: serverNameIndication(name),
      checkServerIdentity: (_name, certificate) => checkServerIdentity(name, certificate),
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
  const onClose = (): void => settled.reject(new Error(CLOSED));
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

/** @param isAnonymous it is over TLS, and the receiver was shown no certificate */
function wrapSocket(socket: Socket, endpoint: Endpoint, signal: AbortSignal, isAnonymous: boolean): StreamConnection {
  const openedAtMs = performance.now();
  const lost = new AbortController();
  let lossReason = 'connection closed';
  let onBytes: ((bytes: Buffer) => void) | undefined;
  let isSuspicious = isAnonymous;
  const hintFor = (reason: string): string =>
    isSuspicious && performance.now() - openedAtMs < SUSPICIOUS_MS ? `${reason} ${CERTIFICATE_HINT}` : reason;
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
  socket.on('error', (error) => lose(describeTlsFailure(error) ?? hintFor(describeFailure(error))));
  socket.on('end', () => lose(hintFor(CLOSED)));
  socket.on('close', () => lose('connection closed'));
  socket.on('data', (bytes: Buffer) => {
    isSuspicious = false;
    onBytes?.(bytes);
  });

  return {
    endpoint,
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
    drain: () =>
      new Promise((resolve) => {
        socket.once('close', () => resolve(false));
        // Before the other listener of the event, which takes it for a loss.
        socket.prependOnceListener('end', () => resolve(socket.writableFinished));
        if (socket.destroyed) resolve(false);
        else socket.end();
      }),
    destroy: () => {
      socket.destroy();
    },
  };
}

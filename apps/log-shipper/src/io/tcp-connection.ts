import { createConnection, type Socket } from 'node:net';
import { type Address, describeFailure } from './lookup.ts';

/** A connection that only sends; what the receiver says is read and thrown away. */
export interface TcpConnection {
  /** Of the receiver. */
  readonly address: string;
  /** Aborts when the connection is of no use any more: closed by either side, reset or destroyed. */
  readonly lost: AbortSignal;
  /** Why it was lost, as the end of a sentence. */
  readonly lossReason: string;
  /** True when the kernel has taken all of it; false when the connection was lost before. */
  write(bytes: Buffer): Promise<boolean>;
  /** Closes in good order; resolves when the kernel has everything or the connection is lost. */
  end(): Promise<void>;
  destroy(): void;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** An idle connection is probed after this time, so that a receiver that vanished without a word is noticed. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Connects to the first of the addresses that accepts, trying them in turn.
 * @param signal destroys the connection, also later
 * @throws the error of the last one
 */
export async function openTcpConnection(
  addresses: readonly Address[],
  port: number,
  signal: AbortSignal,
): Promise<TcpConnection> {
  let failure: unknown = new Error('the name has no address');
  for (const { address, family } of addresses) {
    try {
      return wrapSocket(await connectSocket({ host: address, family, port }, signal), address, signal);
    } catch (error) {
      failure = error;
    }
    if (signal.aborted) break;
  }
  throw failure;
}

function connectSocket(
  target: { readonly host: string; readonly family: number; readonly port: number },
  signal: AbortSignal,
): Promise<Socket> {
  const settled = Promise.withResolvers<Socket>();
  const socket = createConnection({ ...target, noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
  const abort = (): void => {
    socket.destroy(new Error('given up'));
  };
  const onTimeout = (): void => {
    socket.destroy(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
  };
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  socket.setTimeout(CONNECT_TIMEOUT_MS, onTimeout);
  socket.once('error', settled.reject);
  socket.once('connect', () => {
    socket.setTimeout(0);
    socket.off('timeout', onTimeout);
    socket.off('error', settled.reject);
    settled.resolve(socket);
  });
  return settled.promise.finally(() => signal.removeEventListener('abort', abort));
}

function wrapSocket(socket: Socket, address: string, signal: AbortSignal): TcpConnection {
  const lost = new AbortController();
  let lossReason = 'connection closed';
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
  socket.on('error', (error) => lose(describeFailure(error)));
  socket.on('end', () => lose('connection closed by the receiver'));
  socket.on('close', () => lose('connection closed'));
  socket.resume();

  return {
    address,
    lost: lost.signal,
    get lossReason() {
      return lossReason;
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

import type { Socket } from 'node:net';
import type { Clock } from '@wharf/agent';
import { isLocalClient } from '../upstream/local-client.ts';
import { askResponders } from './ask-responders.ts';
import { createFrameReader, frame } from './frame-reader.ts';
import type { Client, Responders } from './responder.ts';

/** How many queries of one connection are answered before the others have their turn. */
const QUERIES_PER_TURN = 32;

/** Queries of one connection whose replies are waited for; beyond that nothing more is read from it. */
export const MAX_OWED_REPLIES = 100;

export interface TcpConnectionOptions extends Responders {
  readonly socket: Socket;
  readonly clock: Clock;
  /** Milliseconds in which a client must send a whole query, or take what it was sent. */
  readonly idleTimeoutMs: number;
  /** Called for every query that is taken. */
  readonly onQuery: () => void;
}

/** One client. */
export interface TcpConnection {
  /** Sends what it owes and closes. */
  end(): void;
  destroy(): void;
}

/**
 * Serves one client's pipelined queries, each reply as soon as it is known, be it out of order (RFC 7766, sections
 * 6.2.1.1, 6.2.3 and 7). Bytes are read only while replies flow and not too many are owed, so that a client that does not
 * take its replies costs at most one chunk of queries and one of replies; who is owed nothing, sends no whole query and
 * takes no reply in time is disconnected, however busy it looks. So is who sends anything that must not be answered.
 */
export function serveTcpConnection(options: TcpConnectionOptions): TcpConnection {
  const { socket, clock, idleTimeoutMs, onQuery } = options;
  const reader = createFrameReader();
  const address = (): string => socket.remoteAddress ?? '';
  const client: Client = { transport: 'tcp', address, isLocal: () => isLocalClient(address()) };
  let progressMs = clock.monotonicMs();
  /** Queries whose replies are not known yet. */
  let owed = 0;
  /** Others have their turn. */
  let isTurnOver = false;
  /** The client said something that must not be answered: nothing that comes after it is. */
  let isOffended = false;
  /** No more queries come. */
  let isEnding = false;
  /** Everything was said. */
  let isFinished = false;

  const mayTake = (): boolean => !isOffended && !socket.writableNeedDrain && owed < MAX_OWED_REPLIES;
  const send = (reply: Buffer | undefined): void => {
    if (reply === undefined) {
      isOffended = true;
      return;
    }
    progressMs = clock.monotonicMs();
    socket.write(frame(reply));
  };
  const sendLater = async (reply: Promise<Buffer | undefined>): Promise<void> => {
    owed++;
    const known = await reply;
    owed--;
    if (socket.destroyed) return;
    send(known);
    proceed();
  };
  /** Takes queries for as long as they may be taken, and says whether that was all of them. */
  const takeQueries = (): boolean => {
    for (let taken = 0; taken < QUERIES_PER_TURN && mayTake(); taken++) {
      const query = reader.next();
      if (query === undefined) return true;
      const reply = askResponders(options, query, client);
      progressMs = clock.monotonicMs();
      if (reply instanceof Promise) void sendLater(reply);
      else send(reply);
      if (!isOffended) onQuery();
    }
    return false;
  };
  const finish = (): void => {
    isFinished = true;
    if (isOffended) socket.destroySoon();
    else socket.end();
    // The end of what the client says is waited for; nothing of it is taken.
    socket.resume();
  };
  const proceed = (): void => {
    if (isTurnOver || isFinished || socket.destroyed) return;
    socket.cork();
    const hasAll = takeQueries();
    socket.uncork();
    if (owed === 0 && (isOffended || (isEnding && hasAll))) {
      finish();
      return;
    }
    if (hasAll && !isEnding) socket.resume();
    else socket.pause();
    if (hasAll || !mayTake()) return;
    isTurnOver = true;
    setImmediate(() => {
      isTurnOver = false;
      proceed();
    });
  };
  const checkProgress = (): void => {
    if (owed > 0) progressMs = clock.monotonicMs();
    const leftMs = progressMs + idleTimeoutMs - clock.monotonicMs();
    if (leftMs <= 0) socket.destroy();
    else cancelCheck = clock.schedule(leftMs, checkProgress);
  };
  let cancelCheck = clock.schedule(idleTimeoutMs, checkProgress);
  const end = (): void => {
    isEnding = true;
    proceed();
  };

  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    if (isFinished) return;
    reader.push(chunk);
    proceed();
  });
  socket.on('drain', () => {
    progressMs = clock.monotonicMs();
    proceed();
  });
  socket.on('end', end);
  // A reset by the client; `close` follows.
  socket.on('error', () => undefined);
  socket.on('close', () => cancelCheck());

  return { end, destroy: () => socket.destroy() };
}

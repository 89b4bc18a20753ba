import type { Socket } from 'node:net';
import type { Clock } from '@wharf/agent';
import { createFrameReader, frame } from './frame-reader.ts';
import type { Responder } from './responder.ts';

/** How many queries of one connection are answered before the others have their turn. */
const QUERIES_PER_TURN = 32;

export interface TcpConnectionOptions {
  readonly socket: Socket;
  readonly respond: Responder;
  readonly clock: Clock;
  /** Milliseconds in which a client must send a whole query, or take what it was sent. */
  readonly idleTimeoutMs: number;
  /** Called for every query that was answered. */
  readonly onQuery: () => void;
}

/** One client. */
export interface TcpConnection {
  /** Sends what it owes and closes. */
  end(): void;
  destroy(): void;
}

/**
 * Serves one client's pipelined queries in their order (RFC 7766, sections 6.2.1 and 6.2.3). Bytes are read only while
 * replies flow, so that a client that does not take its replies costs at most one chunk of queries and one of replies;
 * who sends no whole query and takes no reply in time is disconnected, however busy it looks. So is who sends anything
 * that must not be answered.
 */
export function serveTcpConnection(options: TcpConnectionOptions): TcpConnection {
  const { socket, respond, clock, idleTimeoutMs, onQuery } = options;
  const reader = createFrameReader();
  let progressMs = clock.monotonicMs();
  /** What has to come before the next query is answered; `end` never does. */
  let waiting: 'query' | 'drain' | 'turn' | 'end' = 'query';
  let isEnding = false;

  const answerQueries = (): void => {
    waiting = 'query';
    socket.cork();
    for (let answered = 1; waiting === 'query'; answered++) {
      const query = reader.next();
      if (query === undefined) break;
      const reply = respond(query, 'tcp');
      if (reply === undefined) {
        waiting = 'end';
        break;
      }
      progressMs = clock.monotonicMs();
      onQuery();
      if (!socket.write(frame(reply))) waiting = 'drain';
      else if (answered === QUERIES_PER_TURN) waiting = 'turn';
    }
    socket.uncork();
    if (waiting === 'turn') setImmediate(goOn);
    if (waiting === 'end') socket.destroySoon();
    if (waiting !== 'query') socket.pause();
    else if (isEnding) socket.end();
    else socket.resume();
  };
  const goOn = (): void => {
    if (!socket.destroyed) answerQueries();
  };
  const checkProgress = (): void => {
    const leftMs = progressMs + idleTimeoutMs - clock.monotonicMs();
    if (leftMs <= 0) socket.destroy();
    else cancelCheck = clock.schedule(leftMs, checkProgress);
  };
  let cancelCheck = clock.schedule(idleTimeoutMs, checkProgress);

  socket.setNoDelay(true);
  socket.on('data', (chunk) => {
    reader.push(chunk);
    if (waiting === 'query') answerQueries();
  });
  socket.on('drain', () => {
    progressMs = clock.monotonicMs();
    if (waiting === 'drain') answerQueries();
  });
  socket.on('end', () => {
    isEnding = true;
    if (waiting === 'query') socket.end();
  });
  // A reset by the client; `close` follows.
  socket.on('error', () => undefined);
  socket.on('close', () => cancelCheck());

  return {
    end() {
      isEnding = true;
      if (waiting === 'query') socket.end();
    },
    destroy: () => socket.destroy(),
  };
}

import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import { Socket } from 'node:net';
import { renderHostPort } from '@wharf/agent';
import type { HttpAnswer } from '../http-sinks/http-answer.ts';
import { parseRetryAfter } from '../http-sinks/retry-after.ts';
import type { Endpoint } from '../receivers/endpoint.ts';
import { HttpFailure } from './http-failure.ts';
import { createReceiver } from './receiver.ts';
import { describeStreamFailure, openStreamSocket } from './stream-connection.ts';
import type { TlsSettings } from './tls-settings.ts';
import type { TransportContext } from './transport.ts';

export interface HttpClientOptions extends Pick<TransportContext, 'clock' | 'random' | 'log' | 'lookup'> {
  /** Scheme, host and port. */
  readonly url: URL;
  /** Asked for before each connection over TLS; without it the CAs that Node knows are trusted. */
  readonly readTls: (() => Promise<TlsSettings>) | undefined;
  /** How long a request may take, from the connection to the end of the answer. */
  readonly timeoutMs: number;
}

export interface HttpPost {
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** Makes requests to one server, one at a time, over a connection that is kept open between them. */
export interface HttpClient {
  /** @throws HttpFailure */
  post(call: HttpPost, signal: AbortSignal): Promise<HttpAnswer>;
  /**
   * Whether a connection comes about, TLS included.
   * @throws HttpFailure
   */
  probe(signal: AbortSignal): Promise<void>;
  /** Of the last connection. */
  readonly peer: string | undefined;
  close(): void;
}

/** How much of an answer is read. */
export const ANSWER_BYTES = 1024 * 1024;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { url, timeoutMs, clock } = options;
  const isTls = url.protocol === 'https:';
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  const { readTls = (): Promise<TlsSettings> => Promise.resolve({ servername: host }) } = options;
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port);
  const closing = new AbortController();
  const receiver = createReceiver({ host, port }, options, closing.signal);
  let used: Endpoint | undefined;

  const connect = async (signal: AbortSignal): Promise<Socket> => {
    try {
      const tls = isTls ? await readTls() : undefined;
      const endpoints = await receiver.endpoints(signal);
      const { socket, endpoint } = await openStreamSocket(
        endpoints,
        { tls, onFailure: (each) => receiver.failed(each) },
        signal,
      );
      used = endpoint;
      return socket;
    } catch (error) {
      throw new HttpFailure('unreachable', describeStreamFailure(error), { cause: error });
    }
  };

  /** Lets go of a connection to where the name does not lead any more. */
  const follow = async (signal: AbortSignal): Promise<void> => {
    if (used === undefined || !receiver.isDue) return;
    await receiver.endpoints(signal).catch(() => undefined);
    if (!receiver.isBest(used)) agent.destroy();
  };

  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = (_options, callback) => {
    connect(closing.signal).then(
      (socket) => callback?.(null, socket),
      // A socket is only there because the type wants one: beside an error it is not looked at.
      (error: HttpFailure) => callback?.(error, new Socket()),
    );
    return undefined;
  };

  return {
    async post({ target, headers, body }, signal) {
      await follow(signal);
      const call = request({
        agent,
        host,
        port,
        path: target,
        method: 'POST',
        headers: { Host: url.host, 'User-Agent': 'wharf', 'Content-Length': String(body.length), ...headers },
      });
      const answered = Promise.withResolvers<HttpAnswer>();
      let hasResponse = false;
      // A receiver may answer before it has read the request, and close: then the answer counts, not the broken pipe.
      call.on('error', (error) => {
        if (!hasResponse) answered.reject(error);
      });
      call.on('response', (response) => {
        hasResponse = true;
        readAnswer(response, clock.wallMs()).then(answered.resolve, answered.reject);
      });
      const destroy = (reason: string): void => {
        call.destroy(new Error(reason));
        answered.reject(new Error(reason));
      };
      const abort = (): void => destroy('given up');
      const cancelTimer = clock.schedule(timeoutMs, () => destroy(`no answer within ${timeoutMs / 1_000} s`));
      signal.addEventListener('abort', abort, { once: true });
      if (signal.aborted) abort();
      call.end(body);
      try {
        const answer = await answered.promise;
        if (used !== undefined) receiver.succeeded(used);
        return answer;
      } catch (error) {
        const failure = toFailure(error, call);
        // One that takes connections and answers nothing is no better than one that takes none.
        if (failure.code === 'lost' && used !== undefined && !signal.aborted) receiver.failed(used);
        throw failure;
      } finally {
        // What the receiver did not read of the request must not hold up the next one.
        if (!call.writableFinished) call.destroy();
        cancelTimer();
        signal.removeEventListener('abort', abort);
      }
    },
    async probe(signal) {
      const socket = await connect(signal);
      socket.on('error', () => undefined);
      socket.destroy();
    },
    get peer() {
      return used === undefined ? undefined : renderHostPort({ host: used.address, port: used.port });
    },
    close() {
      closing.abort();
      agent.destroy();
    },
  };
}

/** What the connection's end means for the request that was under way. */
function toFailure(error: unknown, { reusedSocket, socket }: ClientRequest): HttpFailure {
  if (error instanceof HttpFailure) return error;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const isReset = code === 'ECONNRESET' || code === 'EPIPE';
  const lost = reusedSocket && isReset ? 'stale' : 'lost';
  return new HttpFailure(socket === null ? 'unreachable' : lost, describeStreamFailure(error), { cause: error });
}

/** @throws Error when the connection ends before the answer does */
async function readAnswer(response: IncomingMessage, nowMs: number): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    bytes += chunk.length;
    // Leaving the loop closes the connection.
    if (bytes > ANSWER_BYTES) break;
  }
  const retryAfterMs = parseRetryAfter(response.headers['retry-after'], nowMs);
  const { location } = response.headers;
  return {
    status: response.statusCode ?? 0,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(location === undefined ? {} : { location }),
    body: Buffer.concat(chunks).subarray(0, ANSWER_BYTES).toString(),
    isCut: bytes > ANSWER_BYTES,
  };
}

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Socket } from 'node:net';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type { Certificate } from './certificates.ts';
import { freePort } from './ports.ts';

export interface ReceivedHttpRequest {
  readonly method: string;
  /** With its query, as sent. */
  readonly path: string;
  /** Names in lower case, as Node has them. */
  readonly headers: IncomingMessage['headers'];
  /** Without its content coding. */
  readonly body: Buffer;
  readonly text: string;
  /** The length of the body as sent. */
  readonly encodedBytes: number;
  /** Milliseconds of `performance.now()`, when the last byte had come. */
  readonly receivedAtMs: number;
}

/** What is done with a request once it is recorded. */
export interface HttpAnswer {
  /** 200 when absent. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds before the answer or the fault. */
  readonly delayMs?: number;
  /**
   * `hang`: no answer, the connection stays open; `cut-before`: a reset instead of the answer; `cut-within`: a reset
   * after the head and half of the body; `cut-after`: a reset after the whole answer.
   */
  readonly fault?: 'hang' | 'cut-before' | 'cut-within' | 'cut-after';
}

export interface HttpReceiverOptions {
  /** A free port when absent. */
  readonly port?: number;
  /** Serves HTTPS and shows this. */
  readonly certificate?: Certificate;
  /** Lets only clients in that have a certificate of the authority beside `certificate`. */
  readonly requiresClientCertificate?: boolean;
  /** Requests kept, 10,000 when absent; those beyond are refused with 507. */
  readonly maxRequests?: number;
  /** The longest body, decoded or as sent, 16 MiB when absent; longer ones are refused with 413. */
  readonly maxBodyBytes?: number;
}

/** An HTTP/1.1 server in this process, in the place of one that takes logs: it records requests and answers as told. */
export interface HttpReceiver {
  readonly port: number;
  /** `http://127.0.0.1:12345`, or `https:`. */
  readonly url: string;
  /** Every request that was taken, in the order in which they were complete; kept until `clear`. */
  readonly requests: readonly ReceivedHttpRequest[];
  /** Why requests were refused rather than recorded; at most `maxRequests` reasons. */
  readonly refusals: readonly string[];
  /** Connections open now. */
  readonly connections: number;
  /** Connections accepted since the start. */
  readonly accepted: number;
  /** From the next request on; 200 without a body at the start. */
  answerWith(answer: HttpAnswer | ((request: ReceivedHttpRequest) => HttpAnswer)): void;
  clear(): void;
  /** Resets every connection. */
  dropConnections(): void;
  close(): Promise<void>;
}

/** Starts the receiver on 127.0.0.1. */
export async function startHttpReceiver(options: HttpReceiverOptions = {}): Promise<HttpReceiver> {
  const { maxRequests = 10_000, maxBodyBytes = 16 << 20, certificate } = options;
  const port = options.port ?? (await freePort());
  const requests: ReceivedHttpRequest[] = [];
  const refusals: string[] = [];
  const sockets = new Set<Socket>();
  const timers = new Set<NodeJS.Timeout>();
  let accepted = 0;
  let answerFor: (request: ReceivedHttpRequest) => HttpAnswer = () => ({});

  const refuse = (response: ServerResponse, status: number, reason: string): void => {
    if (refusals.length < maxRequests) refusals.push(reason);
    response.writeHead(status, { connection: 'close' }).end(reason);
  };
  const later = (delayMs: number, act: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      act();
    }, delayMs);
    timers.add(timer);
  };

  const take = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const encoded = await readBody(incoming, maxBodyBytes);
    if (encoded === undefined) {
      refuse(response, 413, `a body of more than ${maxBodyBytes} bytes`);
      return;
    }
    const decoded = decodeBody(encoded, incoming.headers['content-encoding'], maxBodyBytes);
    if (!decoded.ok) {
      refuse(response, decoded.status, decoded.reason);
      return;
    }
    if (requests.length >= maxRequests) {
      refuse(response, 507, `more than ${maxRequests} requests`);
      return;
    }
    const request: ReceivedHttpRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: decoded.body,
      text: decoded.body.toString('utf8'),
      encodedBytes: encoded.length,
      receivedAtMs: performance.now(),
    };
    requests.push(request);
    const answer = answerFor(request);
    if (answer.delayMs === undefined) sendAnswer(response, answer);
    else later(answer.delayMs, () => sendAnswer(response, answer));
  };

  const onRequest = (incoming: IncomingMessage, response: ServerResponse): void => {
    // A client that goes away in the middle of its request has sent none.
    take(incoming, response).catch((error: unknown) => refuse(response, 400, String(error)));
  };
  const server: Server =
    certificate === undefined
      ? createServer(onRequest)
      : createTlsServer(
          { ...certificate, requestCert: options.requiresClientCertificate === true, rejectUnauthorized: true },
          onRequest,
        );
  server.on(certificate === undefined ? 'connection' : 'secureConnection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');

  return {
    port,
    url: `${certificate === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    refusals,
    get connections() {
      return sockets.size;
    },
    get accepted() {
      return accepted;
    },
    answerWith(answer) {
      answerFor = typeof answer === 'function' ? answer : () => answer;
    },
    clear() {
      requests.length = 0;
      refusals.length = 0;
    },
    dropConnections() {
      for (const socket of sockets) reset(socket);
    },
    async close() {
      for (const timer of timers) clearTimeout(timer);
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** The whole body, or undefined when it is longer than `limit`; the rest is then read and forgotten. */
async function readBody(incoming: IncomingMessage, limit: number): Promise<Buffer | undefined> {
  let chunks: Buffer[] = [];
  let length = 0;
  incoming.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length <= limit) chunks.push(chunk);
    else chunks = [];
  });
  await once(incoming, 'end');
  return length > limit ? undefined : Buffer.concat(chunks);
}

type Decoded =
  | { readonly ok: true; readonly body: Buffer }
  | { readonly ok: false; readonly status: number; readonly reason: string };

/** The content codings of RFC 9110, section 8.4.1, and those that came after. */
const decoders = {
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
} as const;

function decodeBody(encoded: Buffer, coding: string | undefined, limit: number): Decoded {
  if (coding === undefined || coding === 'identity') return { ok: true, body: encoded };
  const decode = Object.entries(decoders).find(([name]) => name === coding)?.[1];
  if (decode === undefined) return { ok: false, status: 415, reason: `an unknown content coding: ${coding}` };
  try {
    return { ok: true, body: decode(encoded, { maxOutputLength: limit }) };
  } catch (error) {
    const isTooLong = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    return isTooLong
      ? { ok: false, status: 413, reason: `a body of more than ${limit} bytes when decoded` }
      : { ok: false, status: 400, reason: `a body that is not ${coding}: ${String(error)}` };
  }
}

function sendAnswer(response: ServerResponse, { status = 200, headers = {}, body = '', fault }: HttpAnswer): void {
  const { socket } = response;
  if (fault === 'hang' || socket === null) return;
  if (fault === 'cut-before') {
    reset(socket);
    return;
  }
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, 'content-length': String(bytes.length) });
  if (fault === 'cut-within') {
    response.flushHeaders();
    response.write(bytes.subarray(0, bytes.length >> 1), () => reset(socket));
  } else if (fault === 'cut-after') response.end(bytes, () => reset(socket));
  else response.end(bytes);
}

/** A TLS socket knows no reset: its peer reads the end without a close_notify. */
function reset(socket: Socket): void {
  if ('encrypted' in socket) socket.destroy();
  else socket.resetAndDestroy();
}

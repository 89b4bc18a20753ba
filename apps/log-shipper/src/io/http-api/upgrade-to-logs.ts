import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Clock, renderHostPort } from '@wharf/agent';
import { WebSocketServer } from 'ws';
import type { Refusal } from '../../http-api/access.ts';
import { parseView } from '../../http-api/parse-view.ts';
import type { Viewers } from './viewers.ts';
import { createWebSocketPeer } from './websocket-peer.ts';

/** A request to go on as a websocket. */
export interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  readonly head: Buffer;
}

/** Viewers have nothing to say. */
const LONGEST_MESSAGE_BYTES = 1_024;

const websockets = new WebSocketServer({
  noServer: true,
  clientTracking: false,
  perMessageDeflate: false,
  autoPong: false,
  maxPayload: LONGEST_MESSAGE_BYTES,
});

/** Makes a viewer of whoever asks for a websocket at `/logs`, or answers why not. */
export function upgradeToLogs(
  { request, socket, head }: UpgradeRequest,
  refusal: Refusal | undefined,
  { viewers, clock }: { readonly viewers: Viewers; readonly clock: Clock },
): void {
  socket.on('error', () => socket.destroy());
  if (refusal !== undefined) return refuse(socket, refusal.status, refusal.message);
  const view = parseView(request.url ?? '');
  if (view === undefined) return refuse(socket, 404, 'there is a websocket at /logs alone');
  if (!view.ok) return refuse(socket, 400, view.error.map((error) => `the view ${error}`).join('; '));
  if (viewers.isFull) return refuse(socket, 503, 'there are too many viewers');
  if (socket instanceof Socket) socket.setTimeout(0);
  const { remoteAddress: host = '', remotePort: port = 0 } = request.socket;
  websockets.handleUpgrade(request, socket, head, (webSocket) =>
    viewers.add(view.value, 'json', createWebSocketPeer(webSocket, renderHostPort({ host, port }), clock)),
  );
}

function refuse(socket: Duplex, status: number, error: string): void {
  const body = JSON.stringify({ error });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'Connection: close',
    'Content-Type: application/json; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}

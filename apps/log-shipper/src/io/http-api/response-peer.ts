import type { ServerResponse } from 'node:http';
import { untilWritten, type ViewerPeer } from './viewer-peer.ts';

const KEEP_ALIVE_MS = 30_000;

/** A viewer that gets messages as the body of a response, which has no end. */
export function createResponsePeer(response: ServerResponse, contentType: string, address: string): ViewerPeer {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  response.on('error', () => response.destroy());
  response.socket?.setTimeout(0);
  response.socket?.setKeepAlive(true, KEEP_ALIVE_MS);
  response.writeHead(200, {
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  });
  response.flushHeaders();
  return {
    address,
    gone: gone.signal,
    send: (messages) => untilWritten(gone.signal, (onWritten) => response.write(Buffer.concat(messages), onWritten)),
    end: () => response.end(),
    destroy: () => response.destroy(),
  };
}

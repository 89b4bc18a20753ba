import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Exposition, Logger } from '@wharf/agent';

/** Where SkyDNS's variables want the metrics. */
export interface MetricsAddress {
  readonly port: number;
  /** Begins with a slash: `/metrics`. */
  readonly path: string;
}

export interface MetricsServer {
  readonly port: number;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 5_000;
/** Who takes no answer for so long makes room for others. */
const CONNECTION_TIMEOUT_MS = 30_000;

/**
 * Serves the metrics at one path on all addresses of the host, as SkyDNS does, and nothing else.
 * @throws Error of the system when the port cannot be had
 */
export async function startMetricsServer(
  shown: Exposition,
  { port, path }: MetricsAddress,
  log: Logger,
): Promise<MetricsServer> {
  const server = createServer(
    { maxHeaderSize: 8 * 1_024, requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      const { method, url = '' } = request;
      if (url.split('?')[0] !== path) response.writeHead(404).end();
      else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
      else {
        shown.metrics().then(
          (text) => response.writeHead(200, { 'content-type': shown.contentType }).end(text),
          (error: unknown) => {
            log.warn({ err: error }, 'the metrics cannot be shown');
            response.writeHead(500).end();
          },
        );
      }
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.setTimeout(CONNECTION_TIMEOUT_MS);
  server.listen(port);
  await once(server, 'listening');
  server.on('error', (error) => log.warn({ err: error }, 'a client that wants the metrics could not be accepted'));
  return {
    port: portOf(server.address()),
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

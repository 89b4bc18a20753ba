import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from '@wharf/agent';

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

/**
 * Serves the metrics at one path on all addresses of the host, as SkyDNS does, and nothing else.
 * @throws Error of the system when the port cannot be had
 */
export async function startMetricsServer(registry: Registry, { port, path }: MetricsAddress): Promise<MetricsServer> {
  const server = createServer(
    { maxHeaderSize: 8 * 1_024, requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS },
    (request, response) => {
      const { method, url = '' } = request;
      if (url.split('?')[0] !== path) response.writeHead(404).end();
      else if (method !== 'GET' && method !== 'HEAD') response.writeHead(405, { allow: 'GET, HEAD' }).end();
      else {
        registry.metrics().then(
          (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
          () => response.writeHead(500).end(),
        );
      }
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.listen(port);
  await once(server, 'listening');
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

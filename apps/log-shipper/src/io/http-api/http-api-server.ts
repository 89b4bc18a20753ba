import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Clock, type HostPort, isLoopback, type Logger, renderHostPort } from '@wharf/agent';
import { type FastifyError, type FastifyInstance, type FastifyRequest, fastify } from 'fastify';
import { type AccessRules, type RequestFacts, refuseRequest } from '../../http-api/access.ts';
import { listenFailure } from './listen-failure.ts';
import { SPEC_LIMIT_BYTES } from './route-files.ts';
import type { RouteRegistry } from './route-registry.ts';
import { serveLogs } from './serve-logs.ts';
import { serveRoutes } from './serve-routes.ts';
import { upgradeToLogs } from './upgrade-to-logs.ts';
import { VIEWER_LIMIT, type Viewers } from './viewers.ts';

export interface HttpApiSettings {
  readonly address: HostPort;
  /** What every request but /health must bear; undefined for nothing. */
  readonly token: string | undefined;
}

export interface HttpApiParts {
  readonly routes: RouteRegistry;
  readonly viewers: Viewers;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The HTTP interface at work. */
export interface HttpApi {
  /** Where it listens, also when port 0 was asked for. */
  readonly address: HostPort;
  /** Ends all viewers and every other connection. */
  close(): Promise<void>;
}

const REQUEST_TIMEOUT_MS = 10_000;
/** Of viewers, and as many again for everything else. */
const MAX_CONNECTIONS = 2 * VIEWER_LIMIT;

const INDEX = `log-shipper

/logs                     what containers print from now on; /logs/id:<beginning>, /logs/name:<pattern>
                          ?sources=stdout,stderr ?filter.labels=<label>:<pattern> ?colors=off ?tail=<lines>
                          JSON with Accept: application/json, and over a websocket
/routes                   GET, POST
/routes/<id>              GET, DELETE
/health
`;

/**
 * Serves views of logs and the routes.
 * @throws Error when it cannot listen there
 */
export async function startHttpApi({ address, token }: HttpApiSettings, parts: HttpApiParts): Promise<HttpApi> {
  const { viewers, log } = parts;
  const isLocal = isLoopback(address.host);
  const rules: AccessRules = { isLocal, token };
  const server = createServer(rules);
  server.get('/', (_, reply) => reply.type('text/plain; charset=utf-8').send(INDEX));
  server.get('/health', (_, reply) => reply.type('text/plain; charset=utf-8').send('Healthy!\n'));
  serveLogs(server, viewers);
  serveRoutes(server, parts.routes);
  refuseOtherMethods(server);
  handleErrors(server, log);
  server.server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
    upgradeToLogs({ request, socket, head }, refuseRequest(factsOf(request, true), rules), parts),
  );

  await listen(server, address);
  const bound = server.server.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : address.port;
  const where = renderHostPort({ host: address.host, port });
  log.info({ address: where }, 'the HTTP interface listens');
  if (!isLocal && token === undefined) {
    log.warn(
      { address: where },
      'whoever reaches the HTTP interface can read all logs and send them on: see -http-token',
    );
  }
  return {
    address: { host: address.host, port },
    async close() {
      const closed = server.close();
      await viewers.close();
      server.server.closeAllConnections();
      await closed;
    },
  };
}

function createServer(rules: AccessRules): FastifyInstance {
  const server = fastify({
    logger: false,
    bodyLimit: SPEC_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 30_000,
    keepAliveTimeout: 5_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1_024 },
    http: {
      maxHeaderSize: 8 * 1024,
      headersTimeout: REQUEST_TIMEOUT_MS,
      connectionsCheckingInterval: 2_000,
      // Others, such as h2c, are offers that need not be taken.
      shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === 'websocket',
    },
  });
  server.server.maxConnections = MAX_CONNECTIONS;
  server.addHook('onRequest', async (request: FastifyRequest, reply) => {
    const refusal = refuseRequest(factsOf(request.raw, false), rules);
    if (refusal === undefined) return;
    if (refusal.status === 401) void reply.header('www-authenticate', 'Bearer');
    await reply.code(refusal.status).send({ error: refusal.message });
  });
  return server;
}

function factsOf({ method = '', url = '', headers }: IncomingMessage, isUpgrade: boolean): RequestFacts {
  const only = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);
  return {
    method,
    path: url.replace(/\?.*$/s, ''),
    isUpgrade,
    host: headers.host,
    authorization: headers.authorization,
    origin: headers.origin,
    fetchSite: only(headers['sec-fetch-site']),
    fetchMode: only(headers['sec-fetch-mode']),
  };
}

function refuseOtherMethods(server: FastifyInstance): void {
  const allowed: readonly (readonly [path: RegExp, methods: string])[] = [
    [/^\/(?:health\/?)?$/, 'GET, HEAD'],
    [/^\/logs(?:\/|$)/, 'GET'],
    [/^\/routes\/?$/, 'GET, HEAD, POST'],
    [/^\/routes\/[^/]+\/?$/, 'GET, HEAD, DELETE'],
  ];
  server.setNotFoundHandler((request, reply) => {
    const path = request.url.replace(/\?.*$/s, '');
    const methods = allowed.find(([pattern]) => pattern.test(path))?.[1];
    if (methods === undefined || methods.split(', ').includes(request.method)) {
      return reply.code(404).send({ error: 'there is /logs, /routes and /health' });
    }
    return reply
      .code(405)
      .header('allow', methods)
      .send({ error: `only ${methods} are known here` });
  });
}

function handleErrors(server: FastifyInstance, log: Logger): void {
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send({ error: error.message });
    log.warn({ path: request.url.replace(/\?.*$/s, ''), err: error }, 'an HTTP request failed');
    return reply.code(500).send({ error: 'the request failed; the log says why' });
  });
}

/** An empty host is every address: of both families where the host has IPv6, of IPv4 otherwise. */
async function listen(server: FastifyInstance, address: HostPort): Promise<void> {
  const { port } = address;
  try {
    await server.listen({ host: address.host === '' ? '::' : address.host, port });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (address.host === '' && (code === 'EAFNOSUPPORT' || code === 'EADDRNOTAVAIL')) {
      await listen(server, { host: '0.0.0.0', port });
      return;
    }
    await server.close();
    throw listenFailure(address, error);
  }
}

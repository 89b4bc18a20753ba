import { type FastifyError, type FastifyInstance, type FastifyReply, fastify } from 'fastify';
import { type HostPort, renderHostPort } from './address-types.ts';
import { AdminServerError, toAdminServerError } from './admin-server-error.ts';
import type { Agent } from './agent.ts';
import type { Exposition } from './exposition.ts';
import { isLoopback, isLoopbackHostHeader } from './is-loopback.ts';
import type { Logger } from './logger.ts';
import { describeReadiness } from './readiness.ts';
import { toJson } from './to-json.ts';

/** What the admin server tells about. */
export interface AdminSubject extends Pick<Agent, 'readiness' | 'debug'> {
  /** For the index page: `registrar 0.1.0`. */
  readonly title: string;
  readonly registry: Exposition;
}

/** The HTTP server for operators. */
export interface AdminServer {
  /** Where it listens, also when port 0 was asked for. */
  readonly address: HostPort;
  close(): Promise<void>;
}

const TEXT = 'text/plain; charset=utf-8';
const JSON_TYPE = 'application/json; charset=utf-8';
const MAX_CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 5_000;

/**
 * Serves `/metrics`, `/healthz`, `/readyz` and `/debug/...`. On loopback, requests whose `Host` is not loopback are
 * refused, so that no web page can read it through a name of its own (DNS rebinding).
 * @throws AdminServerError when it cannot listen there
 */
export async function startAdminServer(subject: AdminSubject, address: HostPort, log: Logger): Promise<AdminServer> {
  const server = fastify({
    logger: false,
    bodyLimit: 1024,
    requestTimeout: REQUEST_TIMEOUT_MS,
    connectionTimeout: 30_000,
    keepAliveTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    http: { maxHeaderSize: 8 * 1024, headersTimeout: REQUEST_TIMEOUT_MS },
  });
  server.server.maxConnections = MAX_CONNECTIONS;
  if (isLoopback(address.host)) refuseForeignHosts(server);
  addProbes(server, subject);
  addDebug(server, subject);
  server.setErrorHandler((error: FastifyError, request, reply) => {
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).type(TEXT).send(`${error.message}\n`);
    log.warn({ path: request.url, err: error }, 'an admin request failed');
    return reply.code(500).type(TEXT).send('the request failed; the log says why\n');
  });

  await listen(server, address);
  const bound = server.server.address();
  if (bound === null || typeof bound === 'string') throw new AdminServerError('cannot-listen', 'no port is bound');
  return { address: { host: address.host, port: bound.port }, close: () => server.close() };
}

function refuseForeignHosts(server: FastifyInstance): void {
  server.addHook('onRequest', async (request, reply) => {
    if (isLoopbackHostHeader(request.headers.host ?? '')) return;
    await reply.code(421).type(TEXT).send('this server answers for localhost only\n');
  });
}

function addProbes(server: FastifyInstance, { title, registry, readiness }: AdminSubject): void {
  const send = (reply: FastifyReply, status: number, text: string): FastifyReply =>
    reply.code(status).header('cache-control', 'no-store').type(TEXT).send(text);

  server.get('/', (_, reply) => send(reply, 200, `${title}\n\n/metrics\n/healthz\n/readyz\n/debug/\n`));
  server.get('/healthz', (_, reply) => send(reply, 200, 'ok\n'));
  server.get('/readyz', (_, reply) => {
    const reasons = describeReadiness(readiness);
    return reasons.length === 0 ? send(reply, 200, 'ready\n') : send(reply, 503, `${reasons.join('\n')}\n`);
  });
  server.get('/metrics', async (_, reply) => {
    reply.type(registry.contentType);
    return registry.metrics();
  });
  server.setNotFoundHandler((_, reply) => send(reply, 404, 'there is /metrics, /healthz, /readyz and /debug/\n'));
}

function addDebug(server: FastifyInstance, { debug }: AdminSubject): void {
  const send = (reply: FastifyReply, status: number, value: unknown): FastifyReply =>
    reply.code(status).header('cache-control', 'no-store').type(JSON_TYPE).send(toJson(value));
  const paths = Object.keys(debug).map((name) => `/debug/${name}`);

  server.get('/debug', (_, reply) => send(reply, 200, paths));
  server.get('/debug/', (_, reply) => send(reply, 200, paths));
  server.get<{ Params: { name: string } }>('/debug/:name', (request, reply) => {
    const { name } = request.params;
    const look = Object.hasOwn(debug, name) ? debug[name] : undefined;
    return look === undefined ? send(reply, 404, { error: 'no such page', pages: paths }) : send(reply, 200, look());
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
    throw toAdminServerError(error, renderHostPort(address));
  }
}

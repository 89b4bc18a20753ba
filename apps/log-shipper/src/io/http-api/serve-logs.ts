import { renderHostPort } from '@wharf/agent';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { jsonTypeAccepted } from '../../http-api/json-type-accepted.ts';
import { parseView } from '../../http-api/parse-view.ts';
import { createResponsePeer } from './response-peer.ts';
import type { Viewers } from './viewers.ts';

/** Serves `/logs` and what is below it as responses that have no end. */
export function serveLogs(server: FastifyInstance, viewers: Viewers): void {
  const serve = (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const view = parseView(request.url);
    if (view === undefined) return reply.code(404).send({ error: 'there is /logs, /logs/id:... and /logs/name:...' });
    if (!view.ok) return reply.code(400).send({ error: view.error.map((error) => `the view ${error}`).join('; ') });
    if (viewers.isFull)
      return reply.code(503).header('retry-after', '10').send({ error: 'there are too many viewers' });
    reply.hijack();
    const { remoteAddress: host = '', remotePort: port = 0 } = request.raw.socket;
    const jsonType = jsonTypeAccepted(request.headers.accept ?? '');
    const peer = createResponsePeer(reply.raw, jsonType ?? 'text/plain; charset=utf-8', renderHostPort({ host, port }));
    viewers.add(view.value, jsonType === undefined ? 'text' : 'json', peer);
    return reply;
  };
  for (const url of ['/logs', '/logs/*']) server.get(url, { exposeHeadRoute: false }, serve);
}

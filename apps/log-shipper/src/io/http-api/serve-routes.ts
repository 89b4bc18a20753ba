import type { FastifyInstance, FastifyReply } from 'fastify';
import { parseRouteSpec } from '../../http-api/route-spec.ts';
import type { RouteRegistry } from './route-registry.ts';

/** Serves `/routes` and `/routes/<id>`; a body is taken for JSON whatever it says of itself, as the original does. */
export function serveRoutes(server: FastifyInstance, routes: RouteRegistry): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  server.get('/routes', (_, reply) => reply.send(routes.list()));
  server.post('/routes', async (request, reply) => {
    const spec = parseRouteSpec(typeof request.body === 'string' ? request.body : '');
    if (!spec.ok) return refuse(reply, 400, spec.error.join('; '));
    const added = await routes.add(spec.value);
    if (!added.ok) return refuse(reply, added.error.status, added.error.message);
    return reply.code(201).header('location', `/routes/${added.value.id}`).send(added.value);
  });
  server.get<{ Params: { id: string } }>('/routes/:id', (request, reply) => {
    const route = routes.get(request.params.id);
    return route === undefined ? refuse(reply, 404, 'there is no such route') : reply.send(route);
  });
  server.delete<{ Params: { id: string } }>('/routes/:id', async (request, reply) => {
    const removed = await routes.remove(request.params.id);
    if (!removed.ok) return refuse(reply, removed.error.status, removed.error.message);
    return removed.value === undefined ? refuse(reply, 404, 'there is no such route') : reply.send(removed.value);
  });
}

function refuse(reply: FastifyReply, status: number, error: string): FastifyReply {
  return reply.code(status).send({ error });
}

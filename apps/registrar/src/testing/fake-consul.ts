import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { freePort } from '@wharf/testkit';

/** A service as the fake was told it, with `Meta` as text by key. */
export interface FakeService {
  readonly ID: string;
  readonly Name: string;
  readonly Meta?: Readonly<Record<string, string>>;
  readonly Check?: unknown;
}

export interface FakeConsulOptions {
  /** One that is free when absent. */
  readonly port?: number;
  /** Demanded of every call when given. */
  readonly token?: string;
}

/**
 * An agent of Consul as far as registrations need it, over a real socket: no such agent can be installed here. It keeps
 * what it is told, lists it as Consul does (without checks), and answers what a test asks for.
 */
export interface FakeConsul {
  /** `127.0.0.1:12345`. */
  readonly endpoint: string;
  readonly port: number;
  readonly services: Map<string, FakeService>;
  /** The newest registration of each ID, byte for byte. */
  readonly bodies: Map<string, string>;
  /** `register <ID>` and `deregister <ID>`, in order. */
  readonly writes: string[];
  /** Registrations that are answered with this status, as long as they match. */
  refuse(status: number, matches: (service: FakeService) => boolean): void;
  /** Takes calls and does not answer them, until `answer`. */
  stall(): void;
  answer(): void;
  /** Drops every connection and stops listening. */
  close(): Promise<void>;
}

export async function startFakeConsul(options: FakeConsulOptions = {}): Promise<FakeConsul> {
  const { port = await freePort(), token } = options;
  const services = new Map<string, FakeService>();
  const bodies = new Map<string, string>();
  const writes: string[] = [];
  const stalled: (() => void)[] = [];
  let isStalled = false;
  let refusal = { status: 0, matches: (_service: FakeService): boolean => false };

  const list = (): string => {
    const listed = Array.from(services.values(), ({ ID, Name, Meta = {} }) => [ID, { ID, Service: Name, Meta }]);
    return JSON.stringify(Object.fromEntries(listed));
  };

  /** As an agent does, it keeps the check that a service has when the new registration has none, unless told not to. */
  const register = (body: string, replaces: boolean, response: ServerResponse): void => {
    const service = parseService(body);
    if (service === undefined) {
      end(response, 400, 'Request decode failed');
    } else if (refusal.matches(service)) {
      end(response, refusal.status, `the fake does not take ${service.ID}`);
    } else {
      const Check = service.Check ?? (replaces ? undefined : services.get(service.ID)?.Check);
      services.set(service.ID, { ...service, ...(Check === undefined ? {} : { Check }) });
      bodies.set(service.ID, body);
      writes.push(`register ${service.ID}`);
      end(response, 200, '');
    }
  };

  const deregister = (id: string, response: ServerResponse): void => {
    if (!services.delete(id)) {
      end(response, 404, `Unknown service ID "${id}"`);
      return;
    }
    writes.push(`deregister ${id}`);
    end(response, 200, '');
  };

  const handle = (call: IncomingMessage, body: string, response: ServerResponse): void => {
    const given = call.headers['x-consul-token'];
    const [path = '', query] = (call.url ?? '').split('?');
    const route = `${call.method ?? ''} ${path}`;
    const isReplacing = query === 'replace-existing-checks=true';
    const id = /^PUT \/v1\/agent\/service\/deregister\/([^/]+)$/.exec(route)?.[1];
    if (token !== undefined && given !== token) end(response, 403, `ACL not found: ${String(given)}`);
    else if (route === 'GET /v1/agent/services') end(response, 200, list());
    else if (route === 'PUT /v1/agent/service/register') register(body, isReplacing, response);
    else if (id !== undefined) deregister(decodeURIComponent(decodeURIComponent(id)), response);
    else end(response, 404, 'no such route');
  };

  const server = createServer((call, response) => {
    const chunks: Buffer[] = [];
    call.on('data', (chunk: Buffer) => chunks.push(chunk));
    call.on('end', () => {
      const answer = (): void => handle(call, Buffer.concat(chunks).toString(), response);
      if (isStalled) stalled.push(answer);
      else answer();
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    endpoint: `127.0.0.1:${port}`,
    port,
    services,
    bodies,
    writes,
    refuse(status, matches) {
      refusal = { status, matches };
    },
    stall() {
      isStalled = true;
    },
    answer() {
      isStalled = false;
      for (const answer of stalled.splice(0)) answer();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function end(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status).end(body);
}

function parseService(body: string): FakeService | undefined {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return undefined;
  }
  return isService(value) ? value : undefined;
}

function isService(value: unknown): value is FakeService {
  if (typeof value !== 'object' || value === null || !('ID' in value) || !('Name' in value)) return false;
  return typeof value.ID === 'string' && typeof value.Name === 'string';
}

import type { IncomingMessage, ServerResponse } from 'node:http';
import { type FakeContainer, isUp } from './fake-container.ts';
import { inspectJson, listItemJson } from './fake-container-json.ts';
import { type FakeEvents, parseEventFilters, parseEventTime } from './fake-events.ts';

export type FakeRequestKind = 'version' | 'ping' | 'list' | 'inspect' | 'events' | 'logs' | 'other';

/** Writes the body of an answer that is a container's log, and ends it. */
export type FakeLog = (container: FakeContainer, query: URLSearchParams, response: ServerResponse) => void;

export interface FakeApiOptions {
  /** `1.41`. */
  readonly apiVersion: string;
  readonly byId: ReadonlyMap<string, FakeContainer>;
  readonly byName: ReadonlyMap<string, FakeContainer>;
  readonly events: FakeEvents;
  /** Without it, logs are pages that are not found. */
  readonly log?: FakeLog | undefined;
}

/** The part of Docker's HTTP API that following containers takes; every other path is a page that is not found. */
export interface FakeApi {
  readonly requests: Readonly<Record<FakeRequestKind, number>>;
  answer(request: IncomingMessage, response: ServerResponse): void;
}

export function createFakeApi({ apiVersion, byId, byName, events, log }: FakeApiOptions): FakeApi {
  const newest = Number(apiVersion.split('.')[1]);
  const oldest = oldestServed(newest);
  const requests = { version: 0, ping: 0, list: 0, inspect: 0, events: 0, logs: 0, other: 0 };
  const commonHeaders = {
    'Api-Version': apiVersion,
    'Docker-Experimental': 'false',
    Ostype: 'linux',
    Server: `Docker/${apiVersion}-fake (linux)`,
  };

  const send = (response: ServerResponse, status: number, body: string, type = 'application/json'): void => {
    // Go's server tells the length of short answers and sends longer ones in chunks.
    const length = body.length > 2048 ? {} : { 'Content-Length': Buffer.byteLength(body) };
    response.writeHead(status, { ...commonHeaders, 'Content-Type': type, ...length });
    response.end(body);
  };
  const sendJson = (response: ServerResponse, value: unknown): void =>
    send(response, 200, `${JSON.stringify(value)}\n`);
  const refuse = (response: ServerResponse, status: number, message: string): void =>
    send(response, status, `${JSON.stringify({ message })}\n`);

  const inspect = (response: ServerResponse, reference: string, minor: number): void => {
    const container = byId.get(reference) ?? byName.get(reference);
    if (container === undefined) refuse(response, 404, `No such container: ${reference}`);
    else sendJson(response, inspectJson(container, minor));
  };

  const list = (response: ServerResponse, query: URLSearchParams, minor: number): void => {
    const wantsAll = query.get('all') === 'true' || query.get('all') === '1';
    const newestFirst = [...byId.values()].toReversed();
    const listed = newestFirst.filter((container) => wantsAll || isUp(container));
    sendJson(
      response,
      listed.map((container) => listItemJson(container, minor)),
    );
  };

  const subscribe = (response: ServerResponse, query: URLSearchParams, minor: number): void => {
    const since = query.get('since');
    const sinceNs = since === null ? undefined : parseEventTime(since);
    const filters = parseEventFilters(query.get('filters') ?? '{}');
    if (since !== null && sinceNs === undefined) return refuse(response, 400, `invalid since: ${since}`);
    if (filters === undefined) return refuse(response, 400, 'invalid filter');
    const type = minor >= 52 ? 'application/x-ndjson' : 'application/json';
    response.writeHead(200, { ...commonHeaders, 'Content-Type': type });
    response.flushHeaders();
    events.subscribe({ response, minor, sinceNs, filters });
  };

  const readLog = (response: ServerResponse, reference: string, query: URLSearchParams): void => {
    if (log === undefined) return refuse(response, 404, 'page not found');
    const container = byId.get(reference) ?? byName.get(reference);
    if (container === undefined) return refuse(response, 404, `No such container: ${reference}`);
    response.writeHead(200, { ...commonHeaders, 'Content-Type': 'application/vnd.docker.raw-stream' });
    response.flushHeaders();
    log(container, query, response);
  };

  const version = {
    Platform: { Name: '' },
    Components: [{ Name: 'Engine', Version: `${apiVersion}-fake`, Details: { ApiVersion: apiVersion } }],
    Version: `${apiVersion}-fake`,
    ApiVersion: apiVersion,
    MinAPIVersion: `1.${oldest}`,
    Os: 'linux',
    Arch: 'amd64',
  };

  return {
    requests,
    answer(request, response) {
      // Go's server leaves it out of answers that keep the connection.
      if (request.headers.connection === 'close') response.setHeader('Connection', 'close');
      else response.removeHeader('Connection');
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://engine');
      const [, asked, path = ''] = /^(?:\/v1\.(\d{1,4}))?(\/.*)$/.exec(pathname) ?? [];
      const minor = asked === undefined ? newest : Number(asked);
      const problem = versionProblem(minor, oldest, newest);
      if (problem !== undefined) return refuse(response, 400, problem);
      const [, reference = '', what] = /^\/containers\/([^/]+)\/(json|logs)$/.exec(path) ?? [];
      const kind = request.method === 'GET' ? kindOf(path, what) : 'other';
      requests[kind]++;
      if (kind === 'version') return sendJson(response, version);
      if (kind === 'ping') return send(response, 200, 'OK', 'text/plain; charset=utf-8');
      if (kind === 'list') return list(response, searchParams, minor);
      if (kind === 'events') return subscribe(response, searchParams, minor);
      if (kind === 'inspect') return inspect(response, decodeURIComponent(reference), minor);
      if (kind === 'logs') return readLog(response, decodeURIComponent(reference), searchParams);
      return refuse(response, 404, 'page not found');
    },
  };
}

function kindOf(path: string, what: string | undefined): FakeRequestKind {
  if (path === '/version') return 'version';
  if (path === '/_ping') return 'ping';
  if (path === '/events') return 'events';
  if (path === '/containers/json') return 'list';
  if (what === undefined) return 'other';
  return what === 'logs' ? 'logs' : 'inspect';
}

/** Docker 25 (API 1.44) gave up what is older than 1.24, Docker 29 (API 1.52) what is older than 1.44. */
function oldestServed(newest: number): number {
  if (newest >= 52) return 44;
  return newest >= 44 ? 24 : 12;
}

function versionProblem(minor: number, oldest: number, newest: number): string | undefined {
  if (minor > newest) return `client version 1.${minor} is too new. Maximum supported API version is 1.${newest}`;
  if (minor >= oldest) return undefined;
  return `client version 1.${minor} is too old. Minimum supported API version is 1.${oldest}, please upgrade your client to a newer version`;
}

import { type IncomingMessage, request } from 'node:http';
import { describeError, escapeControls } from '@wharf/agent';
import { marksOf, type RegistrationMarks } from '../records/consul-registration.ts';
import { ConsulError, type ConsulErrorCode } from './consul-error.ts';

export interface ConsulAgentOptions {
  /** `127.0.0.1:8500`. */
  readonly endpoint: string;
  /** Sent with every call; in no message. */
  readonly token: string | undefined;
  /** How long an answer may take; 10 s when absent. */
  readonly timeoutMs?: number;
}

/**
 * The part of the HTTP API of one agent that registrations need. Every call has a deadline and fails with a `ConsulError`;
 * none tries again. A signal gives a call up: what it asked for may then be done or not.
 * @see https://developer.hashicorp.com/consul/api-docs/agent/service
 */
export interface ConsulAgent {
  /** In words, for logs and messages: `Consul http://127.0.0.1:8500`. */
  readonly description: string;
  /** The marks of all its services, by ID. */
  services(signal?: AbortSignal): Promise<ReadonlyMap<string, RegistrationMarks>>;
  /** @param registration JSON, as `renderRegistration` writes it */
  register(registration: string, signal?: AbortSignal): Promise<void>;
  /** A service that is gone already is no error. */
  deregister(id: string, signal?: AbortSignal): Promise<void>;
  /** Fails every call under way. */
  close(): void;
}

/** Ten thousand services are a tenth of it. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;

/** How much of what the agent says is repeated. */
const MAX_QUOTED = 200;

/** An agent otherwise keeps the check that a service had before, and its verdict, when the new registration has none. */
const REPLACING = 'replace-existing-checks=true';

interface Answer {
  readonly status: number;
  readonly body: string;
}

export function createConsulAgent({ endpoint, token, timeoutMs = 10_000 }: ConsulAgentOptions): ConsulAgent {
  const description = `Consul http://${endpoint}`;
  const closing = new AbortController();

  const failureOf = (cause: unknown, isGivenUp: boolean): ConsulError => {
    const aborted = isGivenUp ? 'the call was given up' : `no answer within ${timeoutMs} ms`;
    const why = isAbort(cause) ? aborted : describeError(cause);
    return new ConsulError('unavailable', `${description} does not answer: ${why}`, { cause });
  };

  const send = async (method: 'GET' | 'PUT', path: string, givenUp?: AbortSignal, body = ''): Promise<Answer> => {
    const headers = {
      ...(token === undefined ? {} : { 'X-Consul-Token': token }),
      ...(body === '' ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) }),
    };
    const ends = givenUp === undefined ? [closing.signal] : [closing.signal, givenUp];
    const signal = AbortSignal.any([...ends, AbortSignal.timeout(timeoutMs)]);
    try {
      const call = request(`http://${endpoint}${path}`, { method, headers, signal, agent: false });
      return await new Promise<Answer>((resolve, reject) => {
        call.on('error', reject);
        call.on('response', (response) => {
          readBody(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), reject);
        });
        call.end(body);
      });
    } catch (error) {
      throw failureOf(
        error,
        ends.some(({ aborted }) => aborted),
      );
    }
  };

  const refusal = (what: string, { status, body }: Answer): ConsulError => {
    const said = token === undefined || token === '' ? body : body.replaceAll(token, '***');
    const quoted = escapeControls(said.trim().slice(0, MAX_QUOTED));
    return new ConsulError(codeOf(status), `${description} does not ${what}: ${status} ${quoted}`.trim());
  };

  return {
    description,
    async services(signal) {
      const answer = await send('GET', '/v1/agent/services', signal);
      if (answer.status !== 200) throw refusal('list its services', answer);
      const services = parseServices(answer.body);
      if (services !== undefined) return services;
      throw new ConsulError('unavailable', `${description} does not answer as Consul does to /v1/agent/services`);
    },
    async register(registration, signal) {
      const answer = await send('PUT', `/v1/agent/service/register?${REPLACING}`, signal, registration);
      if (answer.status !== 200) throw refusal('register a service', answer);
    },
    async deregister(id, signal) {
      const answer = await send('PUT', `/v1/agent/service/deregister/${encodeURIComponent(id)}`, signal);
      if (answer.status !== 200 && answer.status !== 404) throw refusal('deregister a service', answer);
    },
    close: () => closing.abort(),
  };
}

/** @throws Error when the connection ends too early, or the body is longer than anything that is expected */
async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} octets`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function codeOf(status: number): ConsulErrorCode {
  if (status === 401 || status === 403) return 'unauthorized';
  if (status >= 400 && status < 500) return 'refused';
  return status >= 500 ? 'failing' : 'unavailable';
}

/** Undefined for what is no object. */
function parseServices(body: string): ReadonlyMap<string, RegistrationMarks> | undefined {
  let listing: unknown;
  try {
    listing = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof listing !== 'object' || listing === null || Array.isArray(listing)) return undefined;
  return new Map(Object.entries(listing).map(([id, service]) => [id, marksOf(metaOf(service))]));
}

function metaOf(service: unknown): ReadonlyMap<string, string> {
  if (typeof service !== 'object' || service === null || !('Meta' in service)) return new Map();
  const { Meta } = service;
  if (typeof Meta !== 'object' || Meta === null) return new Map();
  return new Map(Object.entries(Meta).filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
}

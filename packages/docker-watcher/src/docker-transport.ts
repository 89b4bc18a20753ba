import { Agent as HttpAgent, IncomingMessage } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { inspect } from 'node:util';
import type { Clock } from '@wharf/agent';
import Docker from 'dockerode';
import { type DockerAddress, renderDockerAddress } from './docker-host.ts';
import { EngineError } from './engine.ts';
import type { EngineCertificates } from './engine-certificates.ts';
import { timedOut, toEngineError } from './to-engine-error.ts';

export interface DockerRequest {
  /** For messages: `list the containers`. */
  readonly action: string;
  /** With the API version in front where one is known: `/v1.41/containers/json`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
}

export interface DockerTransport {
  /**
   * Resolves when the answer begins; its body is the caller's to read and to destroy.
   * @throws EngineError also when the beginning takes longer than a call may
   */
  open(request: DockerRequest): Promise<IncomingMessage>;
  /**
   * Resolves to the whole answer, parsed, and its time by the engine's clock if it tells one.
   * @throws EngineError
   */
  getJson(request: DockerRequest): Promise<{ readonly value: unknown; readonly date: string }>;
  /** Ends every connection, also those of streams. */
  close(): void;
}

export interface DockerTransportOptions {
  readonly clock: Clock;
  /** How long a call may take as a whole, in milliseconds. */
  readonly callTimeoutMs: number;
  readonly certificates: EngineCertificates;
}

/** The longest answer that is read: 10,000 containers list at about 10 MB. */
const MAX_ANSWER_BYTES = 256 * 1024 * 1024;
const KEEPALIVE_MS = 30_000;

/**
 * Requests to an engine through dockerode. Its `modem.dial` is used as for streams for every request: its own collection
 * of a body never settles when the connection is cut in the middle of it.
 */
export function createDockerTransport(address: DockerAddress, options: DockerTransportOptions): DockerTransport {
  const engine = renderDockerAddress(address);
  const isTls = address.type === 'tcp' && address.tls !== undefined;
  // TCP's own keep-alive notices a host that vanished under a quiet stream; idle connections are used again.
  const agentOptions = { keepAlive: true, keepAliveMsecs: KEEPALIVE_MS };
  const agent = isTls ? new HttpsAgent(agentOptions) : new HttpAgent(agentOptions);
  const { modem } = createDockerode(connection(address, options.certificates));
  Object.assign(modem, { agent: hidden(agent) });

  const dial = (request: DockerRequest, abortSignal: AbortSignal): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const query = { ...request.query };
      const path = `${request.path}?`;
      const common = { path, method: 'GET', options: query, statusCodes: { 200: true }, isStream: true, abortSignal };
      modem.dial(common, (error, answer) => {
        if (answer instanceof IncomingMessage) resolve(answer);
        else reject(error ?? new Error('the answer is no HTTP message'));
      });
    });

  const { callTimeoutMs: limitMs } = options;
  const open = async (request: DockerRequest): Promise<IncomingMessage> => {
    const attempt = { engine, action: request.action };
    const abort = new AbortController();
    hidden(abort.signal);
    const cancel = options.clock.schedule(limitMs, () => abort.abort(timedOut(attempt, limitMs)));
    try {
      return await dial(request, abort.signal);
    } catch (error) {
      throw abort.signal.aborted ? abort.signal.reason : toEngineError(error, attempt);
    } finally {
      cancel();
    }
  };

  return {
    open,
    async getJson(request) {
      const attempt = { engine, action: request.action };
      const answer = await open(request);
      const cancel = options.clock.schedule(limitMs, () => answer.destroy(timedOut(attempt, limitMs)));
      try {
        const body = await readBody(answer);
        return { value: parseJson(body), date: answer.headers.date ?? '' };
      } catch (error) {
        throw toEngineError(error, attempt);
      } finally {
        cancel();
      }
    },
    close() {
      agent.destroy();
    },
  };
}

/**
 * docker-modem renders its options for its debug output on every request, whether that is shown or not, sockets and all
 * below them included: milliseconds a request. What hides itself costs nothing.
 */
function hidden<T extends object>(value: T): T {
  return Object.defineProperty(value, inspect.custom, { value: () => '[hidden]', enumerable: false });
}

/** Everything that dockerode would otherwise take from the environment of the process is given, if only as undefined. */
function connection(address: DockerAddress, certificates: EngineCertificates): Docker.DockerOptions {
  const unset = {
    host: undefined,
    port: undefined,
    ca: undefined,
    cert: undefined,
    key: undefined,
    timeout: undefined,
  };
  if (address.type === 'unix') return { ...unset, socketPath: address.path, protocol: 'http' };
  const { host, port, tls } = address;
  const protocol = tls === undefined ? 'http' : 'https';
  const hostname = host.includes(':') ? `[${host}]` : host;
  return { ...unset, host: `${protocol}://${hostname}`, port, protocol, ...certificates };
}

/** docker-modem reads DOCKER_HOST and its certificates from the process's environment, even where both are given. */
function createDockerode(options: Docker.DockerOptions): Docker {
  try {
    return new Docker(options);
  } catch (error) {
    const message = 'the variables DOCKER_HOST and DOCKER_CERT_PATH of this process are unusable: mend or unset them';
    throw new EngineError('misconfigured', message, { cause: error });
  }
}

async function readBody(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    const part = Buffer.from(chunk);
    bytes += part.length;
    if (bytes > MAX_ANSWER_BYTES) throw new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(part);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new Error(`the answer is no JSON: ${JSON.stringify(body.slice(0, 80))}`, { cause: error });
  }
}

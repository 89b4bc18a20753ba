import { statSync } from 'node:fs';
import { type Clock, systemClock } from '@wharf/agent';
import { isContainerId } from './container-id.ts';
import { type DockerAddress, renderDockerAddress, resolveDockerHost } from './docker-host.ts';
import { createDockerTransport, type DockerTransport } from './docker-transport.ts';
import { type DockerEngine, EngineError, type EngineVersion, type LogRequest } from './engine.ts';
import { readCertificates } from './engine-certificates.ts';
import { parseEngineVersion } from './engine-version.ts';
import { openEventStream } from './event-stream.ts';
import { array, record, text } from './json.ts';
import { createLogReader } from './log-reader.ts';
import type { LogLocation } from './log-reading.ts';
import { toContainer } from './to-container.ts';

export interface DockerEngineOptions {
  /** Beats `DOCKER_HOST`. */
  readonly dockerHost?: string | undefined;
  /** Where `DOCKER_HOST`, `DOCKER_TLS_VERIFY` and `DOCKER_CERT_PATH` are looked up; the process's when absent. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** How long one call may take, in milliseconds; 30 s when absent. Streams have no end, and so no limit once open. */
  readonly callTimeoutMs?: number;
  /** Whether containers carry the engine's whole answer as `inspected`: several kilobytes each. */
  readonly keepInspected?: boolean;
}

const CALL_TIMEOUT_MS = 30_000;

/**
 * A container engine behind Docker's HTTP API: Docker, or Podman's compatible service. Nothing is connected yet: an
 * engine that is away shows with the first call.
 * @throws EngineError `misconfigured` when the address cannot be understood or a certificate cannot be read
 */
export function createDockerEngine(options: DockerEngineOptions = {}): DockerEngine {
  const address = findAddress(options);
  const clock = options.clock ?? systemClock;
  const callTimeoutMs = options.callTimeoutMs ?? CALL_TIMEOUT_MS;
  const certificates = readCertificates(address);
  const transport = createDockerTransport(address, { clock, callTimeoutMs, certificates });
  const session = createVersionedSession(transport);
  const logReader = createLogReader(address, { clock, callTimeoutMs, certificates });
  const description = renderDockerAddress(address);

  const locateLog = async (id: string, request: LogRequest): Promise<LogLocation> => {
    const { prefix, version } = await session.current();
    // Podman begins to answer with the first entry, however long that takes.
    const limitMs = version.flavour === 'podman' && request.follow ? undefined : callTimeoutMs;
    return { path: `${prefix}/containers/${requireId(id)}/logs?${logQuery(request)}`, limitMs };
  };

  return {
    description,
    version: async () => (await session.negotiate()).version,
    async list() {
      const { prefix } = await session.current();
      const request = { action: 'list the containers', path: `${prefix}/containers/json`, query: { all: 'true' } };
      const { value } = await transport.getJson(request);
      return array(value)
        .map((container) => text(record(container)['Id']))
        .filter(isContainerId);
    },
    async inspect(id) {
      const { prefix } = await session.current();
      try {
        const path = `${prefix}/containers/${requireId(id)}/json`;
        const { value } = await transport.getJson({ action: `inspect container ${id.slice(0, 12)}`, path });
        const container = toContainer(value, options.keepInspected);
        if (container.ok) return container.value;
        throw new EngineError('failed', `cannot inspect container ${id.slice(0, 12)}: ${container.error}`);
      } catch (error) {
        if (error instanceof EngineError && error.code === 'not-found') return undefined;
        throw error;
      }
    },
    events: (listener) =>
      openEventStream(
        description,
        async () => {
          const { prefix, since } = await session.negotiate();
          const filters = JSON.stringify({ type: ['container', 'network'] });
          const query = { filters, ...(since === undefined ? {} : { since }) };
          return transport.open({ action: 'follow the events', path: `${prefix}/events`, query });
        },
        listener,
      ),
    readLog: (id, request, listener) =>
      logReader.read(`read the log of container ${id.slice(0, 12)}`, () => locateLog(id, request), listener),
    close() {
      transport.close();
      logReader.close();
    },
  };
}

function findAddress({ dockerHost, env = process.env }: DockerEngineOptions): DockerAddress {
  const sources = {
    dockerHost: dockerHost || env['DOCKER_HOST'],
    tlsVerify: env['DOCKER_TLS_VERIFY'],
    certPath: env['DOCKER_CERT_PATH'],
  };
  const address = resolveDockerHost(sources, isSocket);
  if (!address.ok) throw new EngineError('misconfigured', `DOCKER_HOST: ${address.error}`);
  return address.value;
}

/** Docker makes a folder out of a mount whose source is not there: such a path is no engine. */
function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() === true;
}

function requireId(id: string): string {
  if (!isContainerId(id)) throw new EngineError('not-found', `${JSON.stringify(id)} is no ID of a container`);
  return id;
}

function logQuery(request: LogRequest): string {
  return new URLSearchParams({
    stdout: String(request.stdout),
    stderr: String(request.stderr),
    follow: String(request.follow),
    timestamps: String(request.timestamps),
    ...(request.since === undefined ? {} : { since: request.since }),
    ...(request.tail === undefined ? {} : { tail: String(request.tail) }),
  }).toString();
}

interface Negotiated {
  readonly version: EngineVersion;
  /** `/v1.41`. */
  readonly prefix: string;
  /** See `subscriptionStart`. */
  readonly since: string | undefined;
}

/** The API version in use: asked for before the first call, and again before every subscription, for engines are replaced. */
interface VersionedSession {
  current(): Promise<Negotiated>;
  negotiate(): Promise<Negotiated>;
}

function createVersionedSession(transport: DockerTransport): VersionedSession {
  let latest: Promise<Negotiated> | undefined;

  const ask = async (): Promise<Negotiated> => {
    const { value, date } = await transport.getJson({ action: 'ask for the version', path: '/version' });
    const version = parseEngineVersion(value);
    if (!version.ok) throw new EngineError('failed', version.error);
    return { version: version.value, prefix: `/v${version.value.apiVersion}`, since: subscriptionStart(date) };
  };
  const negotiate = (): Promise<Negotiated> => {
    const asked = ask();
    latest = asked;
    asked.catch(() => {
      if (latest === asked) latest = undefined;
    });
    return asked;
  };
  return { negotiate, current: () => latest ?? negotiate() };
}

/**
 * Engines answer a subscription just before they begin to collect events (Podman up to seconds before); asked for all
 * `since` the whole second before, they leave none out. The second is the engine's own: the host's clock may differ.
 */
function subscriptionStart(date: string): string | undefined {
  const milliseconds = Date.parse(date);
  return Number.isNaN(milliseconds) ? undefined : String(Math.floor(milliseconds / 1000));
}

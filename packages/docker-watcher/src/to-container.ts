import { isIPv4, isIPv6 } from 'node:net';
import { failure, type Result, success } from '@wharf/agent';
import type { Container, ContainerState, HealthStatus, NetworkAttachment } from './container.ts';
import { isContainerId } from './container-id.ts';
import { containerPorts } from './container-ports.ts';
import { array, integer, isRecord, record, text, textEntries } from './json.ts';
import { logMaxBytes } from './log-max-bytes.ts';
import { parseSignal } from './signal.ts';

/** Go's zero time, which engines show for "never". */
const NEVER = '0001-01-01T00:00:00Z';

const DEFAULT_STOP_SIGNAL = 15;

/**
 * The answer of `GET /containers/<id>/json`, of any engine and API version, as a `Container`. Only the ID is
 * indispensable: whatever else is absent or of another type counts as empty, for an engine that shows less than others
 * must not make its containers disappear. The error is a sentence.
 * @param keepInspected whether the answer itself is kept too
 */
export function toContainer(inspected: unknown, keepInspected = false): Result<Container, string> {
  if (!isRecord(inspected)) return failure('the engine described a container by something that is no JSON object');
  const id = text(inspected['Id']);
  if (!isContainerId(id)) return failure(`the engine described a container without a valid ID: ${quote(id)}`);
  const config = record(inspected['Config']);
  const hostConfig = record(inspected['HostConfig']);
  const settings = record(inspected['NetworkSettings']);
  const logConfig = record(hostConfig['LogConfig']);
  const maxBytes = logMaxBytes(logConfig);
  const networkMode = toNetworkMode(text(hostConfig['NetworkMode']));
  return success({
    id,
    name: text(inspected['Name']).replace(/^\//, ''),
    image: text(config['Image']) || text(inspected['ImageName']) || text(inspected['Image']),
    hostname: text(config['Hostname']),
    environment: toEnvironment(config['Env']),
    labels: new Map(textEntries(config['Labels'])),
    tty: config['Tty'] === true,
    networkMode,
    networks: toNetworks(settings, networkMode),
    ports: containerPorts(config['ExposedPorts'], settings['Ports']),
    logDriver: text(logConfig['Type']),
    ...(maxBytes === undefined ? {} : { logMaxBytes: maxBytes }),
    stopSignal: parseSignal(text(config['StopSignal'])) ?? DEFAULT_STOP_SIGNAL,
    state: toState(record(inspected['State'])),
    ...(keepInspected ? { inspected } : {}),
  });
}

/** `default` is what the API calls the network that is taken when none is asked for. */
function toNetworkMode(mode: string): string {
  return mode === '' || mode === 'default' ? 'bridge' : mode;
}

/** `NAME=value`; without a `=` the variable is not set (that is how an image's variable is taken back). */
function toEnvironment(value: unknown): ReadonlyMap<string, string> {
  const environment = new Map<string, string>();
  for (const element of array(value)) {
    const entry = text(element);
    const equals = entry.indexOf('=');
    if (equals > 0) environment.set(entry.slice(0, equals), entry.slice(equals + 1));
  }
  return environment;
}

/** In order of name. Before API 1.21 and for plain bridges, the address stood in NetworkSettings itself (gone in 1.52). */
function toNetworks(settings: Readonly<Record<string, unknown>>, networkMode: string): readonly NetworkAttachment[] {
  const networks = Object.entries(record(settings['Networks'])).map(([name, network]) => attachment(name, network));
  if (networks.length > 0) return networks.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  const legacy = attachment(networkMode, settings);
  return legacy.ipv4 === undefined && legacy.ipv6 === undefined ? [] : [legacy];
}

function attachment(name: string, network: unknown): NetworkAttachment {
  const { IPAddress, GlobalIPv6Address } = record(network);
  const ipv4 = text(IPAddress);
  const ipv6 = text(GlobalIPv6Address);
  return { name, ...(isIPv4(ipv4) ? { ipv4 } : {}), ...(isIPv6(ipv6) ? { ipv6 } : {}) };
}

function toState(state: Readonly<Record<string, unknown>>): ContainerState {
  return {
    running: state['Running'] === true,
    paused: state['Paused'] === true,
    restarting: state['Restarting'] === true,
    pid: integer(state['Pid']),
    exitCode: integer(state['ExitCode']),
    startedAt: toTime(state['StartedAt']),
    finishedAt: toTime(state['FinishedAt']),
    health: toHealth(record(state['Health'] ?? state['Healthcheck'])['Status']),
  };
}

function toTime(value: unknown): string {
  const time = text(value);
  return time === NEVER ? '' : time;
}

function toHealth(status: unknown): HealthStatus {
  return status === 'starting' || status === 'healthy' || status === 'unhealthy' ? status : 'none';
}

function quote(value: string): string {
  return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
}

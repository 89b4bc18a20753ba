import { isIP } from 'node:net';
import type { ContainerPort, PortBinding } from './container.ts';
import { array, record, text } from './json.ts';

type Protocol = ContainerPort['protocol'];

const PORT_KEY = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/;

/**
 * The ports of a container: those it exposes (`Config.ExposedPorts`) together with those that are published
 * (`NetworkSettings.Ports`); either may be absent. What is no port or no address is left out.
 */
export function containerPorts(exposed: unknown, published: unknown): readonly ContainerPort[] {
  const ports = new Map<string, ContainerPort>();
  for (const key of Object.keys(record(exposed))) {
    const parsed = parsePortKey(key);
    if (parsed !== undefined) ports.set(canonical(parsed), { ...parsed, exposed: true, bindings: [] });
  }
  for (const [key, bindings] of Object.entries(record(published))) {
    const parsed = parsePortKey(key);
    if (parsed === undefined) continue;
    const name = canonical(parsed);
    ports.set(name, { ...parsed, exposed: ports.has(name), bindings: portBindings(bindings) });
  }
  return [...ports.values()].sort((a, b) => a.port - b.port || compareText(a.protocol, b.protocol));
}

interface PortKey {
  readonly port: number;
  readonly protocol: Protocol;
}

/** `80/tcp`; without a protocol TCP is meant. */
function parsePortKey(key: string): PortKey | undefined {
  const match = PORT_KEY.exec(key);
  const port = parsePort(match?.[1] ?? '');
  const protocol = match?.[2] ?? 'tcp';
  if (port === undefined || !isProtocol(protocol)) return undefined;
  return { port, protocol };
}

function canonical({ port, protocol }: PortKey): string {
  return `${port}/${protocol}`;
}

function isProtocol(protocol: string): protocol is Protocol {
  return protocol === 'tcp' || protocol === 'udp' || protocol === 'sctp';
}

function portBindings(value: unknown): readonly PortBinding[] {
  const bindings: PortBinding[] = [];
  for (const element of array(value)) {
    const { HostIp, HostPort } = record(element);
    const hostIp = text(HostIp);
    const hostPort = parsePort(text(HostPort));
    if (hostPort !== undefined && (hostIp === '' || isIP(hostIp) !== 0)) bindings.push({ hostIp, hostPort });
  }
  return bindings;
}

function parsePort(digits: string): number | undefined {
  if (!/^\d{1,5}$/.test(digits)) return undefined;
  const port = Number(digits);
  return port >= 1 && port <= 65_535 ? port : undefined;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

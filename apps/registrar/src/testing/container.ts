import type { Container, ContainerPort, ContainerState, NetworkAttachment } from '@wharf/docker-watcher';

/** What a test says about a container; the rest is an ordinary running one on the bridge. */
export interface ContainerSketch
  extends Partial<Omit<Container, 'ports' | 'environment' | 'labels' | 'state' | 'networks'>> {
  readonly environment?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  /** As on Docker's command line: `80`, `80:8080` (host port first), `10.0.0.9:80:8080/udp`. */
  readonly ports?: readonly string[];
  /** By name: an IPv4 address, or what there is. */
  readonly networks?: Readonly<Record<string, string | Omit<NetworkAttachment, 'name'>>>;
  readonly state?: Partial<ContainerState>;
}

/** The container of a sketch, called `web` and made from `example/web:1` unless it says otherwise. */
export function sketchContainer(sketch: ContainerSketch = {}): Container {
  const { environment = {}, labels = {}, ports = ['8080:80'], networks = { bridge: '172.17.0.2' }, state } = sketch;
  const name = sketch.name ?? 'web';
  return {
    image: 'example/web:1',
    hostname: name,
    tty: false,
    networkMode: 'bridge',
    logDriver: 'json-file',
    stopSignal: 15,
    ...sketch,
    id: sketch.id ?? idOf(name),
    name,
    environment: new Map(Object.entries(environment)),
    labels: new Map(Object.entries(labels)),
    networks: Object.entries(networks).map(([network, at]) => ({
      name: network,
      ...(typeof at === 'string' ? { ipv4: at } : at),
    })),
    ports: ports.map(parsePort),
    state: {
      running: true,
      paused: false,
      restarting: false,
      pid: 4711,
      exitCode: 0,
      startedAt: '2026-01-01T00:00:00.000000000Z',
      finishedAt: '0001-01-01T00:00:00Z',
      health: 'none',
      ...state,
    },
  };
}

/** An ID like Docker's, the same for the same name. */
export function idOf(name: string): string {
  return Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64);
}

function parsePort(text: string): ContainerPort {
  const [, hostIp, hostPort, port, protocol = 'tcp'] =
    /^(?:(?:(\[.*\]|[\d.]+):)?(\d+):)?(\d+)(?:\/(\w+))?$/.exec(text) ?? [];
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') throw new Error(`bad port ${text}`);
  const binding = { hostIp: (hostIp ?? '0.0.0.0').replaceAll(/[[\]]/g, ''), hostPort: Number(hostPort) };
  return { port: Number(port), protocol, exposed: true, bindings: hostPort === undefined ? [] : [binding] };
}

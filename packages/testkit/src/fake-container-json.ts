import { type FakeContainer, type FakePort, fakeId, isUp } from './fake-container.ts';
import { bareHostConfig } from './fake-host-config.ts';

/**
 * `GET /containers/<id>/json` as dockerd writes it for API `1.<minor>`: every field, so that size and shape are real.
 * Source: Docker 20.10's own answers, and the Engine API's version history for 1.42 to 1.52.
 */
export function inspectJson(container: FakeContainer, minor: number): object {
  const { id, name, image, network } = container;
  const folder = `/var/lib/docker/containers/${id}`;
  return {
    Id: id,
    Created: rfc3339(container.createdNs),
    Path: 'sleep',
    Args: ['1000000'],
    State: stateJson(container),
    Image: `sha256:${fakeId(image)}`,
    ResolvConfPath: `${folder}/resolv.conf`,
    HostnamePath: `${folder}/hostname`,
    HostsPath: `${folder}/hosts`,
    LogPath: `${folder}/${id}-json.log`,
    Name: `/${name}`,
    RestartCount: 0,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: null,
    HostConfig: {
      ...bareHostConfig(minor),
      NetworkMode: network === 'bridge' ? 'default' : network,
      PortBindings: publishedPorts(container.ports, (port) => [port]),
    },
    GraphDriver: graphDriverJson(id),
    Mounts: [],
    Config: configJson(container),
    NetworkSettings: networkSettingsJson(container, minor),
  };
}

/** One element of `GET /containers/json`. */
export function listItemJson(container: FakeContainer, minor: number): object {
  const { id, name, image, network, labels, createdNs, status } = container;
  return {
    Id: id,
    Names: [`/${name}`],
    Image: image,
    ImageID: `sha256:${fakeId(image)}`,
    Command: 'sleep 1000000',
    Created: Number(createdNs / SECOND),
    Ports: isUp(container) ? container.ports.flatMap(listedPorts) : [],
    Labels: labels,
    State: status,
    Status: isUp(container) ? 'Up 2 seconds' : 'Exited (0) 2 seconds ago',
    HostConfig: { NetworkMode: network === 'bridge' ? 'default' : network },
    NetworkSettings: { Networks: networksJson(container, minor, null) },
    Mounts: [],
  };
}

const SECOND = 1_000_000_000n;

function stateJson(container: FakeContainer): object {
  const { status, health, exitCode, ordinal, startedNs, finishedNs } = container;
  const up = isUp(container);
  return {
    Status: status,
    Running: up,
    Paused: status === 'paused',
    Restarting: false,
    OOMKilled: false,
    Dead: false,
    Pid: up ? 1_000 + ordinal : 0,
    ExitCode: exitCode,
    Error: '',
    StartedAt: rfc3339(startedNs),
    FinishedAt: rfc3339(finishedNs),
    ...(health === undefined ? {} : { Health: { Status: health, FailingStreak: 0, Log: [] } }),
  };
}

/** RFC 3339 with nanoseconds; for 0 what dockerd writes for never. */
function rfc3339(ns: bigint): string {
  if (ns === 0n) return '0001-01-01T00:00:00Z';
  const seconds = new Date(Number(ns / SECOND) * 1_000).toISOString().slice(0, 19);
  return `${seconds}.${String(ns % SECOND).padStart(9, '0')}Z`;
}

function graphDriverJson(id: string): object {
  const layer = (name: string): string => `/var/lib/docker/overlay2/${name}`;
  const own = fakeId(`layer ${id}`);
  const image = fakeId('layer of the image');
  const Data = {
    LowerDir: `${layer(own)}-init/diff:${layer(image)}/diff`,
    MergedDir: `${layer(own)}/merged`,
    UpperDir: `${layer(own)}/diff`,
    WorkDir: `${layer(own)}/work`,
  };
  return { Data, Name: 'overlay2' };
}

function configJson({ id, image, env, labels, ports, health }: FakeContainer): object {
  return {
    Hostname: id.slice(0, 12),
    Domainname: '',
    User: '',
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    ...(ports.length === 0 ? {} : { ExposedPorts: Object.fromEntries(ports.map(({ key }) => [key, {}])) }),
    Tty: false,
    OpenStdin: false,
    StdinOnce: false,
    Env: env,
    Cmd: ['sleep', '1000000'],
    ...(health === undefined ? {} : { Healthcheck: { Test: ['CMD-SHELL', 'true'] } }),
    Image: image,
    Volumes: null,
    WorkingDir: '',
    Entrypoint: null,
    OnBuild: null,
    Labels: labels,
  };
}

/** From API 1.52 on, nothing but the networks tells an address: before, those of the default bridge were repeated here. */
function networkSettingsJson(container: FakeContainer, minor: number): object {
  const sandbox = fakeId(`sandbox ${container.id}`);
  const common = {
    SandboxID: sandbox,
    SandboxKey: `/var/run/docker/netns/${sandbox.slice(0, 12)}`,
    Ports: isUp(container) ? boundPorts(container.ports) : {},
    Networks: networksJson(container, minor, minor >= 45 ? [] : [container.id.slice(0, 12)]),
  };
  if (minor >= 52) return common;
  const outdated = { Bridge: '', HairpinMode: false, LinkLocalIPv6Address: '', LinkLocalIPv6PrefixLen: 0 };
  const secondary = { SecondaryIPAddresses: null, SecondaryIPv6Addresses: null };
  const isOnBridge = container.network === 'bridge';
  return { ...outdated, ...common, ...secondary, ...endpointJson(container, isOnBridge && isUp(container)) };
}

/** Networks that have no names. */
const PREDEFINED = new Set(['bridge', 'host', 'none']);

function networksJson(container: FakeContainer, minor: number, aliases: readonly string[] | null): object {
  const { network, name, id } = container;
  if (network.startsWith('container:')) return {};
  const hasAddress = isUp(container) && network !== 'host' && network !== 'none';
  return {
    [network]: {
      IPAMConfig: null,
      Links: null,
      Aliases: PREDEFINED.has(network) ? null : aliases,
      NetworkID: fakeId(`network ${network}`),
      ...endpointJson(container, hasAddress),
      DriverOpts: null,
      ...(minor >= 44 ? { DNSNames: [name, id.slice(0, 12)] } : {}),
    },
  };
}

function endpointJson({ id, ordinal }: FakeContainer, hasAddress: boolean): object {
  const host = (ordinal + 2) % 65_536;
  const octets = [172, 18, host >> 8, host & 255];
  const hex = octets.map((octet) => octet.toString(16).padStart(2, '0'));
  return {
    EndpointID: hasAddress ? fakeId(`endpoint ${id}`) : '',
    Gateway: hasAddress ? '172.18.0.1' : '',
    IPAddress: hasAddress ? octets.join('.') : '',
    IPPrefixLen: hasAddress ? 16 : 0,
    IPv6Gateway: '',
    GlobalIPv6Address: '',
    GlobalIPv6PrefixLen: 0,
    MacAddress: hasAddress ? `02:42:${hex.join(':')}` : '',
  };
}

interface Binding {
  readonly HostIp: string;
  readonly HostPort: string;
}

function publishedPorts(ports: readonly FakePort[], bind: (binding: Binding) => readonly Binding[]): object {
  const entries = ports.flatMap(({ key, published }) =>
    published === undefined ? [] : [[key, bind({ HostIp: published.hostIp, HostPort: published.hostPort })] as const],
  );
  return Object.fromEntries(entries);
}

/** A port that is published without an address is bound to all of IPv4 and all of IPv6. */
function boundPorts(ports: readonly FakePort[]): object {
  const exposed = Object.fromEntries(ports.map(({ key }) => [key, null]));
  return { ...exposed, ...publishedPorts(ports, bindings) };
}

function bindings({ HostIp, HostPort }: Binding): readonly Binding[] {
  return (HostIp === '' ? ['0.0.0.0', '::'] : [HostIp]).map((address) => ({ HostIp: address, HostPort }));
}

function listedPorts({ key, published }: FakePort): readonly object[] {
  const [port, Type] = key.split('/');
  const PrivatePort = Number(port);
  if (published === undefined) return [{ PrivatePort, Type }];
  return bindings({ HostIp: published.hostIp, HostPort: published.hostPort }).map(({ HostIp, HostPort }) => ({
    IP: HostIp,
    PrivatePort,
    PublicPort: Number(HostPort),
    Type,
  }));
}

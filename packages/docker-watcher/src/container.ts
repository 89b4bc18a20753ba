/** One network that a container is attached to; an address is absent while the container does not run. */
export interface NetworkAttachment {
  readonly name: string;
  readonly ipv4?: string;
  readonly ipv6?: string;
}

/** Where a port is published on the host. */
export interface PortBinding {
  /** As the engine reports it: `0.0.0.0`, `::`, an address, or `` (Podman's word for all addresses). */
  readonly hostIp: string;
  readonly hostPort: number;
}

export interface ContainerPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  /** Named by the image or on the command line (EXPOSE, --expose), whether published or not. */
  readonly exposed: boolean;
  /** In the engine's order; empty when the port is not published. */
  readonly bindings: readonly PortBinding[];
}

export type HealthStatus = 'none' | 'starting' | 'healthy' | 'unhealthy';

export interface ContainerState {
  readonly running: boolean;
  readonly paused: boolean;
  readonly restarting: boolean;
  /** The process on the host; 0 when it does not run. */
  readonly pid: number;
  readonly exitCode: number;
  /** RFC 3339 with nanoseconds as the engine gives it; empty when it never started. */
  readonly startedAt: string;
  readonly finishedAt: string;
  /** `none` without a HEALTHCHECK. */
  readonly health: HealthStatus;
}

/** A container as `inspect` shows it, reduced to what Wharf uses and the same for every engine and API version. */
export interface Container {
  /** 64 hexadecimal digits. */
  readonly id: string;
  /** Without the leading slash. */
  readonly name: string;
  /** As given when the container was created: `redis:7`, `registry:5000/team/app@sha256:...`. */
  readonly image: string;
  readonly hostname: string;
  /** The last value wins where a variable is set twice. */
  readonly environment: ReadonlyMap<string, string>;
  readonly labels: ReadonlyMap<string, string>;
  readonly tty: boolean;
  /** `bridge`, `host`, `none`, `container:<id>`, or a network's name. */
  readonly networkMode: string;
  readonly networks: readonly NetworkAttachment[];
  /** In order of port, then protocol. */
  readonly ports: readonly ContainerPort[];
  readonly logDriver: string;
  /** When its log is this long, in bytes, the engine begins another file; undefined when it never does. */
  readonly logMaxBytes?: number;
  /** What `docker stop` sends first, as a number: 15 unless the image or the command line says otherwise. */
  readonly stopSignal: number;
  readonly state: ContainerState;
  /** Everything that the engine said, where `DockerEngineOptions.keepInspected` asks for it. */
  readonly inspected?: Readonly<Record<string, unknown>>;
}

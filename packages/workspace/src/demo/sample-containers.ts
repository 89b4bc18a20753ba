import { Readable } from 'node:stream';
import Docker from 'dockerode';

/** Marks what belongs to a demo; the value is the process that runs it. */
const LABEL = 'wharf.demo';

/** A container of the demo, in `docker run`'s terms. */
export interface SampleContainer {
  readonly name: string;
  readonly command: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** Published on any free port of the host. */
  readonly tcpPorts: readonly number[];
}

/** One service with two ports, two replicas of another, and one that only prints. */
export const sampleContainers = {
  shop: {
    name: 'shop',
    command: ['sh', '-c', 'nc -ll -p 9090 -e echo metrics & exec httpd -f -p 8080 -h /tmp'],
    labels: { SERVICE_8080_NAME: 'shop', SERVICE_9090_NAME: 'shop-metrics' },
    tcpPorts: [8080, 9090],
  },
  firstReplica: {
    name: 'web-1',
    command: ['httpd', '-f', '-p', '80', '-h', '/tmp'],
    labels: { SERVICE_NAME: 'web' },
    tcpPorts: [80],
  },
  secondReplica: {
    name: 'web-2',
    command: ['httpd', '-f', '-p', '80', '-h', '/tmp'],
    labels: { SERVICE_NAME: 'web' },
    tcpPorts: [80],
  },
  printer: {
    name: 'printer',
    command: [
      'sh',
      '-c',
      'for n in 1 2 3 4 5; do echo "order $n shipped"; done; echo "out of paper" >&2; exec sleep 3600',
    ],
    labels: {},
    tcpPorts: [],
  },
} as const satisfies Record<string, SampleContainer>;

/** A sample container that runs. */
export interface RunningContainer {
  readonly id: string;
  /** Host ports by container port. */
  readonly hostPorts: ReadonlyMap<number, number>;
  /** `performance.now()` before the engine was asked to create it. */
  readonly askedAtMs: number;
  /** `performance.now()` when the engine said that it had started. */
  readonly startedAtMs: number;
}

/** Starts, kills and removes the demo's containers on one engine. */
export interface SampleEngine {
  /** Such as `Docker 20.10.24`. */
  version(): Promise<string>;
  /** Whether the engine has an image of this name. */
  hasImage(name: string): Promise<boolean>;
  importImage(name: string, tar: Uint8Array): Promise<void>;
  /** Pulls `source` from its registry and names it `name`. */
  pullImage(source: string, name: string): Promise<void>;
  /** Removes an image's name, and the image with its last name; one that a container still uses stays. */
  removeImage(name: string): Promise<void>;
  /** Runs a sample container under `containerName(sample)`. */
  run(sample: SampleContainer, image: string): Promise<RunningContainer>;
  containerName(sample: SampleContainer): string;
  kill(id: string): Promise<void>;
  /** Removes every container of this demo, and of demos whose process is gone. */
  removeAll(): Promise<void>;
}

export function createSampleEngine(dockerHost: string, pid: number): SampleEngine {
  const docker = connect(dockerHost);

  return {
    async version() {
      const { Version: version, Components: components } = await docker.version();
      const name = (components ?? []).some((component) => component.Name === 'Podman Engine') ? 'Podman' : 'Docker';
      return `${name} ${version}`;
    },
    hasImage: (name) =>
      docker
        .getImage(name)
        .inspect()
        .then(
          () => true,
          () => false,
        ),
    async importImage(name, tar) {
      const progress = await docker.importImage(Readable.from([tar]), { changes: 'ENV PATH=/bin' });
      const id = importedId(await follow(docker, progress));
      // Named only now: Podman 4.3 imports under the repository's name and forgets the tag.
      const [repo = name, tag = 'latest'] = name.split(':');
      await docker.getImage(id).tag({ repo, tag });
    },
    async pullImage(source, name) {
      await follow(docker, await docker.pull(source));
      const [repo = name, tag = 'latest'] = name.split(':');
      await docker.getImage(source).tag({ repo, tag });
    },
    async removeImage(name) {
      try {
        await docker.getImage(name).remove();
      } catch (error) {
        // Not there any more, or in use: another demo runs on the same engine.
        const status = error instanceof Error && 'statusCode' in error ? error.statusCode : undefined;
        if (status !== 404 && status !== 409) throw error;
      }
    },
    containerName: (sample) => containerName(sample, pid),
    async run(sample, image) {
      const askedAtMs = performance.now();
      const container = await docker.createContainer(createOptions(sample, image, pid));
      await container.start();
      const startedAtMs = performance.now();
      const { NetworkSettings: network } = await container.inspect();
      const hostPorts = new Map(
        sample.tcpPorts.map((port) => [port, Number(network.Ports[`${port}/tcp`]?.[0]?.HostPort)]),
      );
      return { id: container.id, hostPorts, askedAtMs, startedAtMs };
    },
    async kill(id) {
      await docker.getContainer(id).kill();
    },
    async removeAll() {
      const containers = await docker.listContainers({ all: true, filters: { label: [LABEL] } });
      const own = containers.filter(({ Labels: labels }) => {
        const owner = Number(labels[LABEL]);
        return owner === pid || !isAlive(owner);
      });
      await Promise.all(own.map(({ Id: id }) => docker.getContainer(id).remove({ force: true, v: true })));
    },
  };
}

function createOptions(sample: SampleContainer, image: string, pid: number): Docker.ContainerCreateOptions {
  const ports = sample.tcpPorts.map((port) => `${port}/tcp`);
  return {
    name: containerName(sample, pid),
    Image: image,
    Cmd: [...sample.command],
    Labels: { ...sample.labels, [LABEL]: String(pid) },
    ExposedPorts: Object.fromEntries(ports.map((port) => [port, {}])),
    HostConfig: { PortBindings: Object.fromEntries(ports.map((port) => [port, [{ HostPort: '' }]])) },
  };
}

/** Unique among all demos on this engine, also those of other processes. */
function containerName(sample: SampleContainer, pid: number): string {
  return `wharf-demo-${pid}-${sample.name}`;
}

function connect(dockerHost: string): Docker {
  if (dockerHost.startsWith('unix://')) return new Docker({ socketPath: dockerHost.slice('unix://'.length) });
  return new Docker(); // dockerode reads DOCKER_HOST, DOCKER_TLS_VERIFY and DOCKER_CERT_PATH itself.
}

/** Waits for the end of an import or a pull; resolves to the engine's messages on the way. */
function follow(docker: Docker, progress: NodeJS.ReadableStream): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(progress, (error, messages: unknown[]) =>
      error === null ? resolve(messages) : reject(error),
    );
  });
}

/** The ID of a new image, which is the last thing that an import says. */
function importedId(messages: readonly unknown[]): string {
  const ids = messages.flatMap((message): unknown[] =>
    typeof message === 'object' && message !== null ? [Reflect.get(message, 'status')] : [],
  );
  const id = ids.findLast((status) => typeof status === 'string' && /^(?:sha256:)?[0-9a-f]{64}$/.test(status.trim()));
  if (typeof id !== 'string') throw new Error(`the engine did not name the image it made: ${JSON.stringify(messages)}`);
  return id.trim();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

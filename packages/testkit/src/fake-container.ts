import { createHash } from 'node:crypto';

/** A container in the words of `docker run`. */
export interface FakeContainerSketch {
  readonly name: string;
  /** `wharf-sample:1` when absent. */
  readonly image?: string;
  readonly env?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
  /** `-p 8080:80`, `-p 10.0.0.5:53:53/udp`, or `80` alone for `--expose`. */
  readonly ports?: readonly string[];
  /** `bridge` when absent; a network's name, `host`, `none`, `container:<id>`. */
  readonly network?: string;
  /** Given: the container has a HEALTHCHECK, and this is what it says at first. */
  readonly health?: FakeHealth;
}

export type FakeHealth = 'starting' | 'healthy' | 'unhealthy';

export interface FakePort {
  /** `80/tcp`. */
  readonly key: string;
  /** Undefined when the port is only exposed. */
  readonly published: { readonly hostIp: string; readonly hostPort: string } | undefined;
}

/** What the fake engine keeps of one container; the JSON of its API is rendered from it for each request. */
export interface FakeContainer {
  readonly id: string;
  /** Counts the containers of one engine; its addresses follow from it. */
  readonly ordinal: number;
  name: string;
  readonly image: string;
  readonly env: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly ports: readonly FakePort[];
  readonly network: string;
  health: FakeHealth | undefined;
  status: 'created' | 'running' | 'paused' | 'exited';
  exitCode: number;
  /** Nanoseconds since 1970, as the two below; 0 for never. */
  readonly createdNs: bigint;
  startedNs: bigint;
  finishedNs: bigint;
}

/** A container that has been created and not started yet. */
export function createFakeContainer(sketch: FakeContainerSketch, ordinal: number, nowNs: bigint): FakeContainer {
  return {
    id: fakeId(`${ordinal} ${sketch.name}`),
    ordinal,
    name: sketch.name,
    image: sketch.image ?? 'wharf-sample:1',
    env: sketch.env ?? [],
    labels: sketch.labels ?? {},
    ports: (sketch.ports ?? []).map(parsePort),
    network: sketch.network ?? 'bridge',
    health: sketch.health,
    status: 'created',
    exitCode: 0,
    createdNs: nowNs,
    startedNs: 0n,
    finishedNs: 0n,
  };
}

/** Whether it has a process, and so addresses. */
export function isUp({ status }: FakeContainer): boolean {
  return status === 'running' || status === 'paused';
}

/** 64 hexadecimal digits, as IDs of containers, networks and endpoints are; the same for the same seed. */
export function fakeId(seed: string): string {
  return createHash('sha256').update(seed).digest('hex');
}

/**
 * One of many: a web service with one published port, and as many variables and labels as a container of a compose file
 * has.
 */
export function numberedSketch(ordinal: number): FakeContainerSketch {
  const app = `app-${ordinal % 100}`;
  return {
    name: `shop-${app}-${ordinal}`,
    image: `registry.example.com:5000/shop/${app}:1.${ordinal % 7}`,
    env: [
      `SERVICE_NAME=${app}`,
      'SERVICE_TAGS=blue,canary',
      `DATABASE_URL=postgres://shop:secret@db-${ordinal % 10}.example.com:5432/shop`,
      'LANG=C.UTF-8',
      'NODE_ENV=production',
      'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ],
    labels: {
      'com.docker.compose.config-hash': fakeId(app),
      'com.docker.compose.container-number': String(ordinal),
      'com.docker.compose.project': 'shop',
      'com.docker.compose.service': app,
      'org.opencontainers.image.revision': fakeId(`revision ${app}`).slice(0, 40),
      'org.opencontainers.image.source': `https://git.example.com/shop/${app}`,
    },
    ports: [`${FIRST_HOST_PORT + (ordinal % HOST_PORTS)}:8080`],
    network: 'shop_default',
  };
}

const FIRST_HOST_PORT = 10_000;
const HOST_PORTS = 50_000;

function parsePort(words: string): FakePort {
  const [addresses = '', protocol = 'tcp'] = words.split('/');
  const parts = addresses.split(':');
  const key = `${parts.at(-1) ?? ''}/${protocol}`;
  const hostPort = parts.at(-2);
  if (hostPort === undefined) return { key, published: undefined };
  return { key, published: { hostIp: parts.slice(0, -2).join(':'), hostPort } };
}

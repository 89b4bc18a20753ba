import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.ts';
import { freePort } from './ports.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export interface EtcdOptions {
  /** More flags for etcd, such as `['--auth-token-ttl', '5']`. */
  readonly args?: readonly string[];
  /** Serves clients over TLS with these PEM files; `caFile` signs `certFile`. */
  readonly tls?: { readonly caFile: string; readonly certFile: string; readonly keyFile: string };
}

/** A real etcd on 127.0.0.1, alone or one member of several, with a data directory of its own. */
export interface EtcdServer {
  readonly port: number;
  /** `127.0.0.1:12379`. */
  readonly endpoint: string;
  /** `http://127.0.0.1:12379`, or `https:` with TLS. */
  readonly url: string;
  readonly pid: number;
  /** Removed by `stop`. */
  readonly dataDir: string;
  /** The newest output of etcd, for failures. */
  output(): string;
  /** SIGKILL, as a crash of the host does; the data stays. */
  kill(): Promise<void>;
  /** Ends etcd if it runs and starts it on the same data and ports; resolves when it serves. */
  restart(): Promise<void>;
  /**
   * As `restart`, but on an empty data directory: a store that forgot everything.
   * @param moreArgs flags for this start, such as `--initial-cluster-token=other` for a cluster of another ID
   */
  restartEmpty(...moreArgs: string[]): Promise<void>;
  /** SIGSTOP: etcd goes silent with its connections open. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** Forgets every revision before `revision`. */
  compact(revision: number): Promise<void>;
  /** Runs etcdctl (API 3) against this server; resolves to its standard output. */
  etcdctl(...args: string[]): Promise<string>;
  /** Ends etcd and removes its data. */
  stop(): Promise<void>;
}

const REMEDY = 'apt-get install etcd-server etcd-client';
/** By itself etcdctl gives up after 2 s without a connection and after 5 s in all, which a busy machine may need. */
const PATIENCE = ['--dial-timeout=60s', '--command-timeout=60s'];
const run = promisify(execFile);

/**
 * Starts Debian's etcd (3.4) for one test; resolves when it serves. Its elections are quick, so that it serves soon
 * and leases of one second can be had; it does not sync its files, which SIGKILL does not need.
 * @throws Error naming the Debian packages when the binary is missing, or quoting etcd when it does not serve
 */
export async function startEtcd(options: EtcdOptions = {}): Promise<EtcdServer> {
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  return startMember(options, { name: 'test', peerUrl, cluster: `test=${peerUrl}` });
}

/**
 * Starts the members of one cluster; resolves when all serve. Each is stopped on its own. One of three may be killed;
 * `restartEmpty` is not for members.
 * @throws Error as `startEtcd` does
 */
export async function startEtcdCluster(size: number): Promise<readonly EtcdServer[]> {
  const peerUrls: string[] = [];
  while (peerUrls.length < size) peerUrls.push(`http://127.0.0.1:${await freePort()}`);
  const cluster = peerUrls.map((peerUrl, index) => `member-${index}=${peerUrl}`).join(',');
  const args = ['--heartbeat-interval=50', '--election-timeout=500'];
  const starting = peerUrls.map((peerUrl, index) =>
    startMember({ args }, { name: `member-${index}`, peerUrl, cluster }),
  );
  const started = await Promise.allSettled(starting);
  const members = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  const failure = started.find((each) => each.status === 'rejected');
  if (failure === undefined) return members;
  await Promise.all(members.map((member) => member.stop()));
  throw failure.reason;
}

interface Member {
  readonly name: string;
  readonly peerUrl: string;
  /** Every member as `name=peerUrl`. */
  readonly cluster: string;
}

async function startMember(options: EtcdOptions, { name, peerUrl, cluster }: Member): Promise<EtcdServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'wharf-etcd-'));
  const port = await freePort();
  const healthPort = await freePort();
  const endpoint = `127.0.0.1:${port}`;
  const url = `${options.tls === undefined ? 'http' : 'https'}://${endpoint}`;
  const healthUrl = `http://127.0.0.1:${healthPort}`;
  const tlsArgs =
    options.tls === undefined ? [] : [`--cert-file=${options.tls.certFile}`, `--key-file=${options.tls.keyFile}`];
  const args = [
    `--name=${name}`,
    `--data-dir=${join(dataDir, 'data')}`,
    `--listen-client-urls=${url}`,
    `--advertise-client-urls=${url}`,
    `--listen-metrics-urls=${healthUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    `--initial-advertise-peer-urls=${peerUrl}`,
    `--initial-cluster=${cluster}`,
    '--heartbeat-interval=20',
    '--election-timeout=200',
    '--unsafe-no-fsync',
    '--logger=zap',
    '--log-outputs=stderr',
    ...tlsArgs,
    ...(options.args ?? []),
  ];

  const start = async (moreArgs: readonly string[] = []): Promise<ServerProcess> => {
    const started = await startServer({ name: 'etcd', command: 'etcd', args: [...args, ...moreArgs], remedy: REMEDY });
    try {
      await servesOrEnds(started, healthUrl);
      if (!started.running) throw new Error('etcd ended at once');
    } catch (error) {
      await started.stop('SIGKILL');
      throw new Error(`etcd does not serve on ${url}: ${started.output()}`, { cause: error });
    }
    return started;
  };

  let server: ServerProcess;
  try {
    server = await start();
  } catch (error) {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  }

  const etcdctl = async (...command: string[]): Promise<string> => {
    const caFlags = options.tls === undefined ? [] : ['--cacert', options.tls.caFile];
    const env = { ...process.env, ETCDCTL_API: '3' };
    try {
      return (await run('etcdctl', ['--endpoints', url, ...PATIENCE, ...caFlags, ...command], { env })).stdout;
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      throw missing ? new Error(`etcdctl cannot be started: ${REMEDY}`, { cause: error }) : error;
    }
  };

  return {
    port,
    endpoint,
    url,
    get pid() {
      return server.pid;
    },
    dataDir,
    output: () => server.output(),
    kill: () => server.stop('SIGKILL'),
    async restart() {
      await server.stop('SIGTERM');
      server = await start();
    },
    async restartEmpty(...moreArgs) {
      await server.stop('SIGKILL');
      await rm(join(dataDir, 'data'), { recursive: true, force: true });
      server = await start(moreArgs);
    },
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    async compact(revision) {
      await etcdctl('compact', String(revision));
    },
    etcdctl,
    async stop() {
      await server.stop('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function servesOrEnds(server: ServerProcess, healthUrl: string): Promise<void> {
  const check = async (): Promise<void> => {
    if (!server.running) return;
    const response = await fetch(`${healthUrl}/health`, { signal: AbortSignal.timeout(1_000) });
    const body = await response.text();
    if (!body.includes('"true"')) throw new Error(`/health says ${body}`);
  };
  return eventually('etcd serves', check, { intervalMs: 20, timeoutMs: 30_000 });
}

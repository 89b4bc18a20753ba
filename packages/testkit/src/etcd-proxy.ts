import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';
import { freePort } from './ports.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export interface EtcdProxyOptions {
  /** `127.0.0.1:12379`: the members behind it. */
  readonly endpoints: readonly string[];
  /** More flags for `etcd grpc-proxy start`. */
  readonly args?: readonly string[];
}

/** etcd's own gRPC proxy on 127.0.0.1. */
export interface EtcdProxy {
  readonly port: number;
  /** `http://127.0.0.1:23790`. */
  readonly url: string;
  readonly pid: number;
  readonly running: boolean;
  /** The newest output of the proxy, for failures. */
  output(): string;
  /** SIGKILL. */
  kill(): Promise<void>;
  /** Ends the proxy if it runs and starts it on the same port; resolves when it accepts connections. */
  restart(): Promise<void>;
  /** SIGSTOP: the proxy goes silent with its connections open. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  stop(): Promise<void>;
}

/**
 * Starts `etcd grpc-proxy start` of Debian's etcd before members that need not run yet; resolves when it accepts
 * connections.
 * @throws Error naming the Debian package when the binary is missing, or quoting the proxy when it does not serve
 */
export async function startEtcdProxy({ endpoints, args = [] }: EtcdProxyOptions): Promise<EtcdProxy> {
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const dataDir = await mkdtemp(join(tmpdir(), 'wharf-etcd-proxy-'));
  const command = {
    name: 'etcd grpc-proxy',
    command: 'etcd',
    args: [
      'grpc-proxy',
      'start',
      `--endpoints=${endpoints.join(',')}`,
      `--listen-addr=${address}`,
      `--advertise-client-url=${address}`,
      `--data-dir=${dataDir}`,
      ...args,
    ],
    remedy: 'apt-get install etcd-server',
  };
  const start = async (): Promise<ServerProcess> => {
    const started = await startServer(command);
    try {
      await eventually('the proxy accepts connections', () => (started.running ? touch(port) : undefined));
      if (!started.running) throw new Error('the proxy ended at once');
    } catch (error) {
      await started.stop('SIGKILL');
      throw new Error(`etcd's gRPC proxy does not serve on ${address}: ${started.output()}`, { cause: error });
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
  return {
    port,
    url: `http://${address}`,
    get pid() {
      return server.pid;
    },
    get running() {
      return server.running;
    },
    output: () => server.output(),
    kill: () => server.stop('SIGKILL'),
    async restart() {
      await server.stop('SIGKILL');
      server = await start();
    },
    pause: () => server.signal('SIGSTOP'),
    resume: () => server.signal('SIGCONT'),
    async stop() {
      await server.stop('SIGKILL');
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** @throws Error when nobody accepts connections on the port */
async function touch(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}

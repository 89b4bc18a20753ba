import { request } from 'node:http';
import { createConnection } from 'node:net';

/** An engine that answered: how to reach it, in `DOCKER_HOST`'s words. */
export interface FoundEngine {
  readonly dockerHost: string;
}

/** What stands at a socket: an engine, nothing, or one that refuses this user. */
export type Probe = 'answers' | 'absent' | 'refused';

/** Where engines listen, in the order in which they are looked for. */
export function candidateHosts(env: NodeJS.ProcessEnv): readonly string[] {
  if (env.DOCKER_HOST !== undefined && env.DOCKER_HOST !== '') return [env.DOCKER_HOST];
  const userSockets = env.XDG_RUNTIME_DIR === undefined ? [] : ['docker.sock', 'podman/podman.sock'];
  return [
    'unix:///var/run/docker.sock',
    ...userSockets.map((path) => `unix://${env.XDG_RUNTIME_DIR}/${path}`),
    'unix:///run/podman/podman.sock',
  ];
}

const PROBE_TIMEOUT_MS = 3_000;

/** Asks `/_ping` of a unix socket, or opens a connection where the host is not one (TLS is the agents' to do). */
export function probeEngine(dockerHost: string): Promise<Probe> {
  return dockerHost.startsWith('unix://') ? pingSocket(dockerHost.slice('unix://'.length)) : connect(dockerHost);
}

function pingSocket(socketPath: string): Promise<Probe> {
  return new Promise((resolve) => {
    const ping = request({ socketPath, path: '/_ping', timeout: PROBE_TIMEOUT_MS }, (response) => {
      response.resume();
      resolve(response.statusCode === 200 ? 'answers' : 'absent');
    });
    ping.on('timeout', () => ping.destroy());
    ping.on('error', (error) => resolve('code' in error && error.code === 'EACCES' ? 'refused' : 'absent'));
    ping.end();
  });
}

function connect(dockerHost: string): Promise<Probe> {
  return new Promise((resolve) => {
    if (!URL.canParse(dockerHost)) {
      resolve('absent');
      return;
    }
    const { hostname, port } = new URL(dockerHost);
    const socket = createConnection({ host: hostname, port: Number(port || 2375), timeout: PROBE_TIMEOUT_MS });
    const finish = (probe: Probe): void => {
      socket.destroy();
      resolve(probe);
    };
    socket.once('connect', () => finish('answers'));
    socket.once('timeout', () => finish('absent'));
    socket.once('error', () => finish('absent'));
  });
}

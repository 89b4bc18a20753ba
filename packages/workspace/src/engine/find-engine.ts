import { request } from 'node:http';
import { createConnection } from 'node:net';
import { UserError } from '../user-error.ts';

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

/**
 * The first engine that answers, in `DOCKER_HOST`'s words; undefined when there is none. One that refuses this user
 * does not stand in the way of the user's own.
 * @throws UserError when the engine of `DOCKER_HOST` does not answer, or when all that is there refuses this user
 */
export async function findEngine(env: NodeJS.ProcessEnv, probe = probeEngine): Promise<string | undefined> {
  let refusing: string | undefined;
  for (const dockerHost of candidateHosts(env)) {
    const outcome = await probe(dockerHost);
    if (outcome === 'answers') return dockerHost;
    if (outcome === 'refused') refusing ??= dockerHost;
  }
  if (refusing !== undefined) {
    throw new UserError(`The engine at ${refusing} refuses this user. Join its group (docker), or run this as root.`);
  }
  if (env.DOCKER_HOST !== undefined && env.DOCKER_HOST !== '') {
    throw new UserError(`No engine answers at DOCKER_HOST=${env.DOCKER_HOST}. Start it, or unset DOCKER_HOST.`);
  }
  return undefined;
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

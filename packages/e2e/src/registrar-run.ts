import { type AgentProcess, eventually, type PrivateEngine, startAgent } from '@wharf/testkit';
import { expect } from 'vitest';
import { DOMAIN, HOST_IP, mainOf } from './cluster.ts';
import { sumOfSamples } from './stored-keys.ts';

export interface RegistrarRun {
  /** `127.0.0.1:2379`. */
  readonly store: string;
  /** `unix:///tmp/docker.sock`, or what else `DOCKER_HOST` may be. */
  readonly dockerHost: string;
  /** `DOMAIN` when absent. */
  readonly domain?: string;
  /** `node-1` when absent. */
  readonly host?: string;
  /** `HOST_IP` when absent. */
  readonly ip?: string;
  /** 40 when absent. */
  readonly ttlSeconds?: number;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts the built registrar; it runs, but is not ready yet, and is stopped by `cleanup`. */
export async function launchRegistrar(cleanup: AsyncDisposableStack, run: RegistrarRun): Promise<AgentProcess> {
  const { domain = DOMAIN, host = 'node-1', ip = HOST_IP, ttlSeconds = 40, args = [], env = {} } = run;
  const lease = ['-ttl', String(ttlSeconds), '-ttl-refresh', String(ttlSeconds - 1)];
  const agent = await startAgent({
    name: 'registrar',
    main: mainOf('registrar'),
    args: ['-host', host, '-ip', ip, ...lease, ...args, `skydns2://${run.store}/${domain}`],
    env: { ...env, DOCKER_HOST: run.dockerHost },
  });
  cleanup.defer(() => agent.kill());
  return agent;
}

/** The same, and waits until it is ready. */
export async function startReadyRegistrar(cleanup: AsyncDisposableStack, run: RegistrarRun): Promise<AgentProcess> {
  const agent = await launchRegistrar(cleanup, run);
  await agent.ready();
  return agent;
}

/** The sum of a metric's samples whose labels contain `labels`. */
export async function registrarMetric(agent: AgentProcess, name: string, labels = ''): Promise<number> {
  return sumOfSamples(await agent.text('/metrics'), `wharf_registrar_${name}`, labels);
}

/** Waits until a registrar has compared everything with the store `count` times more. */
export async function untilSyncedAgain(agent: AgentProcess, count: number): Promise<void> {
  const fullSyncs = () => registrarMetric(agent, 'syncs_total', 'scope="everything",outcome="ok"');
  const before = await fullSyncs();
  await eventually(
    `${count} comparisons with the store`,
    async () => expect(await fullSyncs()).toBeGreaterThanOrEqual(before + count),
    {
      timeoutMs: 60_000,
    },
  );
}

/** Starts a container that offers the service `name` on port 80 until it is stopped; resolves to its ID. */
export function runService(
  engine: Pick<PrivateEngine, 'docker'>,
  image: string,
  name: string,
  ...options: readonly string[]
): Promise<string> {
  const own = ['--name', name, '--label', `SERVICE_NAME=${name}`, '--publish', '80', '--stop-signal', 'KILL'];
  return engine.docker('run', '--detach', ...own, ...options, image, 'sleep', '100000');
}

import type { LabHost } from '@wharf/lab';
import { sampleLineOf } from './line-ledger.ts';

/** A container of the lab that runs somewhere, and what is found by DNS because of it. */
export interface Placement {
  readonly host: LabHost;
  readonly container: string;
  readonly id: string;
  /** The services, in labels below the lab's domain. */
  readonly names: readonly string[];
}

/** What the lab starts with: replicas of `web` on every host, and a service with two ports on the first. */
export async function startSamples(hosts: readonly LabHost[]): Promise<readonly Placement[]> {
  const [first] = hosts;
  const shop = first === undefined ? [] : [startShop(first)];
  return Promise.all([...hosts.map((host) => startService(host, 'web')), ...shop]);
}

/** A container that serves one port, and prints a numbered line five times a second. */
export function startService(host: LabHost, name: string): Promise<Placement> {
  const options = ['-p', '80', '-e', `SERVICE_NAME=${name}`];
  return place(host, name, [name], options, ['httpd -p 80 -h /tmp']);
}

function startShop(host: LabHost): Promise<Placement> {
  const options = ['-p', '8080', '-p', '9090', '-e', 'SERVICE_8080_NAME=shop', '-e', 'SERVICE_9090_NAME=shop-metrics'];
  const servers = ['httpd -p 8080 -h /tmp', 'httpd -p 9090 -h /tmp'];
  return place(host, 'shop', ['shop', 'shop-metrics'], options, servers);
}

async function place(
  host: LabHost,
  container: string,
  names: readonly string[],
  options: readonly string[],
  servers: readonly string[],
): Promise<Placement> {
  // It ends with the stop signal at once, and comes back when its host is booted again.
  const script = [
    'trap exit TERM',
    'run=$(date +%s)',
    'n=0',
    ...servers,
    `while :; do n=$((n + 1)); echo "${sampleLineOf(host.name, container)}"; sleep 0.2 & wait $!; done`,
  ];
  const command = ['sh', '-c', script.join('\n')];
  const id = await host.runService(['--name', container, '--restart', 'always', ...options], ...command);
  return { host, container, id, names };
}

/** Stops a container with its stop signal and removes it. */
export async function removePlacement({ host, id }: Placement): Promise<void> {
  await host.engine.docker('stop', '--time', '5', id);
  await host.engine.docker('rm', '--volumes', id);
}

import { eventually, type NetworkDoor, type ServerProcess } from '@wharf/testkit';

/** etcd's own ports: each member has an address of its own. */
export const CLIENT_PORT = 2379;
const PEER_PORT = 2380;
const HEALTH_PORT = 2381;

export interface EtcdMemberFacts {
  readonly hostName: string;
  readonly address: string;
  readonly dataDir: string;
  /** All hosts of the cluster, this one too. */
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
}

/**
 * The command line of a member. Files are not synced: three members and all else share one machine, and a power cut of the
 * lab leaves its page cache alone. With pre-vote, of which etcd 3.4 has to be told, a member that comes back takes no
 * leader from the others.
 */
export function renderEtcdArgs({ hostName, address, dataDir, hosts }: EtcdMemberFacts): readonly string[] {
  const cluster = hosts.map((host) => `${host.name}=http://${host.address}:${PEER_PORT}`).join(',');
  return [
    `--name=${hostName}`,
    `--data-dir=${dataDir}`,
    `--listen-client-urls=http://${address}:${CLIENT_PORT}`,
    `--advertise-client-urls=http://${address}:${CLIENT_PORT}`,
    `--listen-peer-urls=http://${address}:${PEER_PORT}`,
    `--initial-advertise-peer-urls=http://${address}:${PEER_PORT}`,
    `--listen-metrics-urls=http://127.0.0.1:${HEALTH_PORT}`,
    `--initial-cluster=${cluster}`,
    '--pre-vote',
    '--unsafe-no-fsync',
    '--logger=zap',
    '--log-level=warn',
    '--log-outputs=stderr',
  ];
}

/** An etcd member of the lab's cluster; it ends with its host's namespaces. */
export interface EtcdMember {
  /** The newest output. */
  output(): string;
  /** Resolves when it serves, for which most of the members have to run. */
  serves(): Promise<void>;
  /** Ends it in good order and starts it again on its data; resolves when it serves. */
  restart(): Promise<void>;
}

/** Starts a member; it runs, but need not serve yet. */
export async function startEtcdMember(facts: EtcdMemberFacts, network: NetworkDoor): Promise<EtcdMember> {
  const name = `etcd of ${facts.hostName}`;
  const remedy = 'apt-get install etcd-server etcd-client';
  const start = (): Promise<ServerProcess> =>
    network.start({ name, command: 'etcd', args: renderEtcdArgs(facts), remedy });
  const healthUrl = `http://127.0.0.1:${await network.letOut(HEALTH_PORT)}/health`;
  let server = await start();

  const serves = async (): Promise<void> => {
    const isThere = await eventually(
      `${name} serves`,
      async () => {
        if (!server.running) return false;
        const response = await fetch(healthUrl, { signal: AbortSignal.timeout(2_000) });
        const body = await response.text();
        if (!body.includes('"true"')) throw new Error(`/health says ${body}`);
        return true;
      },
      { timeoutMs: 60_000, intervalMs: 50 },
    );
    if (!isThere) throw new Error(`${name} ended: ${server.output()}`);
  };

  return {
    output: () => server.output(),
    serves,
    async restart() {
      await server.stop('SIGTERM');
      server = await start();
      await serves();
    },
  };
}

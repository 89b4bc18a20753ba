import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Rsyslog, removeCgroups, SAMPLE_IMAGE, startRsyslog } from '@wharf/testkit';
import { addressRecord, RSYSLOG_NAME } from './agent-command-lines.ts';
import { allSettled } from './all-settled.ts';
import type { Cluster, ClusterOptions } from './cluster.ts';
import { createLabHost, type OwnedHost } from './create-lab-host.ts';
import { createWatch, type GrowingWatch } from './create-watch.ts';
import { hostAddressOf, hostNameOf, MAX_HOSTS, RSYSLOG_ADDRESS } from './lab-addresses.ts';
import { AGENT_NAMES, type LabHost } from './lab-host.ts';
import { type LabSwitch, startLabSwitch } from './lab-switch.ts';
import { type MemberStatus, parseMemberStatus } from './parse-member-status.ts';
import { startRemover } from './start-remover.ts';

const DOMAIN = 'staging.example.local';

/**
 * Starts the hosts of a lab and resolves when all their agents are ready. All of it ends with this process, however that
 * dies. Needs root and the built agents.
 * @throws Error naming the remedy when something is missing; with the output of what does not come up
 */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const { hostCount = 3, onProgress = () => undefined } = options;
  if (hostCount < 1 || hostCount > MAX_HOSTS) throw new RangeError(`a lab has 1 to ${MAX_HOSTS} hosts: ${hostCount}`);
  if (process.getuid?.() !== 0) throw new Error('a lab makes namespaces, for which it needs root');
  await using cleanup = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), 'wharf-lab-'));
  const cgroup = `/${basename(folder)}`;
  const remover = startRemover(folder, cgroup);
  cleanup.defer(() => remover.finish());
  cleanup.defer(() => removeCgroups(cgroup));
  const labSwitch = await startLabSwitch();
  cleanup.defer(() => labSwitch.end());
  const rsyslog = await startCentralRsyslog(labSwitch, folder);
  cleanup.defer(() => rsyslog.stop());
  onProgress(`rsyslog listens on ${RSYSLOG_ADDRESS}`);

  const watches = new Set<GrowingWatch>();
  const observeAgain = async (host: OwnedHost): Promise<void> => {
    await Promise.all([...watches].map((watch) => watch.observe(host)));
  };
  const hostsOf = Array.from({ length: hostCount }, (_, index) => index);
  const places = hostsOf.map((index) => ({ name: hostNameOf(index), address: hostAddressOf(index) }));
  const hosts = places.map((place) => {
    const facts = {
      ...place,
      hosts: places,
      domain: DOMAIN,
      image: SAMPLE_IMAGE,
      ttlSeconds: options.ttlSeconds ?? 10,
      ttlRefreshSeconds: options.ttlRefreshSeconds ?? 3,
      relpPort: rsyslog.relpPort,
      folder: join(folder, place.name),
      cgroup: `${cgroup}/${place.name}`,
    };
    return createLabHost(facts, labSwitch, observeAgain);
  });
  cleanup.defer(async () => {
    await allSettled(hosts.map((host) => host.stop()));
  });

  await allSettled(
    hosts.map(async (host) => {
      await host.powerOn();
      onProgress(`${host.name} (${host.address}) has an engine and an etcd member`);
    }),
  );
  await allSettled(hosts.map((host) => host.storeServes()));
  await hosts[0]?.etcdctl('put', ...addressRecord(RSYSLOG_NAME, DOMAIN, RSYSLOG_ADDRESS));
  await allSettled(
    hosts.map(async (host) => {
      await host.startAgents();
      onProgress(`the agents of ${host.name} are ready`);
    }),
  );

  const owned = cleanup.move();
  return {
    domain: DOMAIN,
    hosts,
    image: SAMPLE_IMAGE,
    rsyslog,
    leader: () => findLeader(hosts),
    async rollAll() {
      for (const host of hosts) for (const agent of AGENT_NAMES) await host.roll(agent);
    },
    async watch(name, type) {
      const watch = createWatch(name, type);
      watches.add(watch);
      const stop = async (): Promise<void> => {
        watches.delete(watch);
        await watch.stop();
      };
      try {
        await allSettled(hosts.filter((host) => host.state !== 'dead').map((host) => watch.observe(host)));
      } catch (error) {
        await stop();
        throw error;
      }
      return { observations: watch.observations, latest: (host) => watch.latest(host), stop };
    },
    stop: () => owned.disposeAsync(),
  };
}

function startCentralRsyslog({ namespaces }: LabSwitch, parent: string): Promise<Rsyslog> {
  return startRsyslog({ relp: true, parent, network: { start: namespaces.start, address: RSYSLOG_ADDRESS } });
}

/** The host whose etcd member leads; one that is cut off may take itself for the leader for a while. */
async function findLeader(hosts: readonly LabHost[]): Promise<LabHost> {
  const asked = hosts.filter((host) => host.state === 'up');
  const statuses = await Promise.all(asked.map(askStatus));
  const leaders = asked.flatMap((host, index) => {
    const status = statuses[index];
    return status?.isLeader === true ? [{ host, term: status.term }] : [];
  });
  const [newest] = leaders.toSorted((a, b) => b.term - a.term);
  if (newest === undefined) throw new Error(`no etcd member of ${asked.map(({ name }) => name).join(', ')} leads`);
  return newest.host;
}

async function askStatus(host: LabHost): Promise<MemberStatus | undefined> {
  try {
    return parseMemberStatus(await host.etcdctl('endpoint', 'status', '--write-out=json'));
  } catch {
    return undefined;
  }
}

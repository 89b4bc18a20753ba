import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AgentProcess,
  type Engine,
  type EnginePlaces,
  importSampleImage,
  type Namespaces,
  type NetworkDoor,
  openNetworkDoor,
  removeCgroups,
  type StartServer,
  startAgent,
  startDockerdIn,
  startNamespaces,
} from '@wharf/testkit';
import { type AgentFacts, agentMain, renderAgentArgs } from './agent-command-lines.ts';
import { allSettled } from './all-settled.ts';
import { CLIENT_PORT, type EtcdMember, startEtcdMember } from './etcd-member.ts';
import { type AgentName, GETENT, type HostState, type LabHost } from './lab-host.ts';
import type { LabSwitch } from './lab-switch.ts';
import { runIn } from './run-in.ts';

/** By itself etcdctl gives up after 2 s without a connection and after 5 s in all, which a busy machine may need. */
const ETCDCTL_PATIENCE = ['--dial-timeout=20s', '--command-timeout=20s'];

/** As `docker stop --time 15` in the units. */
const STOP_GRACE_MS = 15_000;

export interface LabHostFacts {
  readonly name: string;
  readonly address: string;
  /** All hosts of the cluster, this one too. */
  readonly hosts: readonly { readonly name: string; readonly address: string }[];
  readonly domain: string;
  readonly image: string;
  readonly ttlSeconds: number;
  readonly ttlRefreshSeconds: number;
  readonly relpPort: number;
  /** For all that the host keeps. */
  readonly folder: string;
  /** Of its containers, from the root of every hierarchy. */
  readonly cgroup: string;
}

/** A host as its cluster sees it: it comes up in steps, since an etcd cluster has a leader only when most of it runs. */
export interface OwnedHost extends LabHost {
  /** Starts a server in all namespaces of the host. */
  readonly start: StartServer;
  /** Network, engine and etcd member; the latter runs, but need not serve yet. */
  powerOn(): Promise<void>;
  /** Resolves when its etcd member serves, for which most of the cluster's have to run. */
  storeServes(): Promise<void>;
  /** Resolves when they are ready; their store has to serve. */
  startAgents(): Promise<void>;
  /** Ends it and removes what is outside of its folder; a dead one, too. */
  stop(): Promise<void>;
}

/** What there is of a host from one boot to the next power cut. */
interface Run {
  /** Ends and removes it, but for what is on its disk. */
  readonly cleanup: AsyncDisposableStack;
  readonly namespaces: Namespaces;
  readonly door: NetworkDoor;
  readonly engine: Engine;
  readonly etcd: EtcdMember;
  readonly agents: Partial<Record<AgentName, AgentProcess>>;
}

/**
 * A host that is dead yet.
 * @param onBoot called each time that a booted host's agents are ready, but for the first
 */
export function createLabHost(
  facts: LabHostFacts,
  labSwitch: LabSwitch,
  onBoot: (host: OwnedHost) => Promise<void>,
): OwnedHost {
  const { name, address, domain, image } = facts;
  const places = hostPlaces(facts);
  let run: Run | undefined;
  let poweringOn: Promise<void> | undefined;
  let state: HostState = 'dead';

  const running = (): Run => {
    if (run === undefined) throw new Error(`${name} is dead`);
    return run;
  };

  const powerOn = async (): Promise<void> => {
    await using cleanup = new AsyncDisposableStack();
    for (const folder of [places.engine.folder, places.stateDir]) mkdirSync(folder, { recursive: true });
    writeFileSync(places.resolvConf, `nameserver ${address}\nsearch ${domain}\n`);
    cleanup.defer(() => rmSync(places.engine.folder, { recursive: true, force: true }));
    cleanup.defer(() => removeCgroups(facts.cgroup));
    const namespaces = await startNamespaces({ prepare: prepareHost(name, places.resolvConf) });
    cleanup.defer(() => namespaces.end());
    await labSwitch.connect(namespaces, name, address);
    const door = openNetworkDoor(namespaces.enterNetwork, namespaces.start, places.engine.folder);
    cleanup.defer(() => door.close());
    const member = { hostName: name, address, dataDir: places.etcd, hosts: facts.hosts };
    const etcd = await startEtcdMember(member, door);
    const engine = await startDockerdIn(namespaces, places.engine, { liveRestore: true });
    const images = await engine.docker('images', '--quiet', image);
    if (images === '') await importSampleImage(places.engine.socketPath, image, [GETENT]);
    run = { cleanup: cleanup.move(), namespaces, door, engine, etcd, agents: {} };
    state = 'up';
  };

  const startHostAgent = async (agent: AgentName): Promise<void> => {
    const { door, agents } = running();
    const started = await startAgent({
      name: `${agent} of ${name}`,
      main: agentMain(agent),
      args: renderAgentArgs(agent, agentFacts(facts, places.stateDir)),
      env: { DOCKER_HOST: `unix://${places.engine.socketPath}` },
      network: door,
    });
    try {
      await started.ready();
    } catch (error) {
      await started.kill();
      throw error;
    }
    agents[agent] = started;
  };

  const end = async (): Promise<void> => {
    const { cleanup } = running();
    run = undefined;
    state = 'dead';
    await cleanup.disposeAsync();
  };

  const host: OwnedHost = {
    name,
    address,
    get state() {
      return state;
    },
    get enterNetwork() {
      return running().namespaces.enterNetwork;
    },
    get engine() {
      return running().engine;
    },
    get agents() {
      return allAgents(name, running().agents);
    },
    start: (server) => running().namespaces.start(server),
    async powerOn() {
      if (run !== undefined || poweringOn !== undefined) throw new Error(`${name} runs already`);
      poweringOn = powerOn();
      try {
        await poweringOn;
      } finally {
        poweringOn = undefined;
      }
    },
    storeServes: () => running().etcd.serves(),
    async startAgents() {
      // The log-shipper finds its receiver by name.
      const answering = startHostAgent('dns-server').then(() => startHostAgent('log-shipper'));
      await allSettled([startHostAgent('registrar'), answering]);
    },
    etcdctl: (...args) => {
      const endpoint = `http://${address}:${CLIENT_PORT}`;
      const command = ['etcdctl', '--endpoints', endpoint, ...ETCDCTL_PATIENCE, ...args];
      return runIn(running().namespaces.enterNetwork, command, { ETCDCTL_API: '3' });
    },
    runService: (options, ...command) => {
      const dns = ['--dns', address, '--dns-search', domain];
      return running().engine.docker('run', '--detach', ...dns, ...options, image, ...command);
    },
    getent: (container, ...args) => running().engine.docker('exec', container, GETENT, ...args),
    async kill() {
      running();
      // First the cable: what ends is not to tell its peers so.
      await labSwitch.disconnect(name);
      await end();
    },
    async boot() {
      await host.powerOn();
      await host.storeServes();
      await host.startAgents();
      await onBoot(host);
    },
    async cutOff() {
      running();
      await labSwitch.unplug(name);
      state = 'cut-off';
    },
    async heal() {
      running();
      await labSwitch.plug(name);
      state = 'up';
    },
    restartEtcd: () => running().etcd.restart(),
    restartEngine: () => running().engine.restart(),
    async roll(agent) {
      const old = running().agents[agent]?.process;
      const endOld = async (): Promise<void> => old?.stop('SIGTERM', STOP_GRACE_MS);
      if (!canOverlap(agent)) await endOld();
      await startHostAgent(agent);
      if (canOverlap(agent)) await endOld();
    },
    async stop() {
      // What it fails with is told to whoever powered it on.
      await poweringOn?.catch(() => undefined);
      if (run !== undefined) await end();
    },
  };
  return host;
}

/** Whether a new one can take the place of an old one that still runs: with `-reuse-port` no question is lost. */
function canOverlap(agent: AgentName): boolean {
  return agent === 'dns-server';
}

/** Where a host keeps what. */
interface HostPlaces {
  readonly engine: EnginePlaces;
  readonly etcd: string;
  readonly stateDir: string;
  readonly resolvConf: string;
}

/** `disk` outlives a power cut, `run` does not. */
function hostPlaces({ folder, cgroup }: LabHostFacts): HostPlaces {
  const disk = join(folder, 'disk');
  const volatile = join(folder, 'run');
  return {
    engine: { folder: volatile, socketPath: join(volatile, 'docker.sock'), dataRoot: join(disk, 'docker'), cgroup },
    etcd: join(disk, 'etcd'),
    stateDir: join(disk, 'log-shipper'),
    resolvConf: join(disk, 'resolv.conf'),
  };
}

/** Gives a host its name and a resolv.conf of its own, wherever that file of this machine leads to. */
function prepareHost(name: string, resolvConf: string): readonly string[] {
  return [
    `hostname ${name}`,
    'target=$(readlink -m /etc/resolv.conf)',
    'mkdir -p "$(dirname "$target")"',
    '[ -e "$target" ] || : > "$target"',
    `mount --bind '${resolvConf}' "$target"`,
  ];
}

function agentFacts(facts: LabHostFacts, stateDir: string): AgentFacts {
  const { name, address, hosts, domain, ttlSeconds, ttlRefreshSeconds, relpPort } = facts;
  const addresses = hosts.map((host) => host.address);
  return { hostName: name, address, addresses, domain, ttlSeconds, ttlRefreshSeconds, relpPort, stateDir };
}

function allAgents(
  host: string,
  { registrar, 'dns-server': dnsServer, 'log-shipper': logShipper }: Run['agents'],
): LabHost['agents'] {
  if (registrar === undefined || dnsServer === undefined || logShipper === undefined) {
    throw new Error(`the agents of ${host} have not been started yet`);
  }
  return { registrar, 'dns-server': dnsServer, 'log-shipper': logShipper };
}

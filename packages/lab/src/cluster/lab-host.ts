import type { AgentProcess, Engine } from '@wharf/testkit';

/** The agents that each host of the lab runs, in the order in which they are rolled. */
export const AGENT_NAMES = ['registrar', 'dns-server', 'log-shipper'] as const;

/** glibc's, where it is in the image that every engine has. */
export const GETENT = '/usr/bin/getent';

export type AgentName = (typeof AGENT_NAMES)[number];

/**
 * `up`; `cut-off`: it runs, but no other host reaches it and it reaches none; `dead`: nothing of it runs, what was on its
 * disk is there.
 */
export type HostState = 'up' | 'cut-off' | 'dead';

/** One host of the lab: a network, mounts and processes of its own, with an engine, an etcd member and the three agents. */
export interface LabHost {
  /** `host-1`. */
  readonly name: string;
  /** Its address on the lab's network. */
  readonly address: string;
  readonly state: HostState;
  /** Put before a command, runs it in the host's network, with this machine's files; after `boot` it is another one. */
  readonly enterNetwork: readonly string[];
  /** It ends with the host; `restartEngine` restarts it and waits until it answers. */
  readonly engine: Engine;
  /** Those that run now; after a roll they are other processes. */
  readonly agents: Readonly<Record<AgentName, AgentProcess>>;
  /**
   * Runs etcdctl (API 3) on this host, against its own member; resolves to its standard output. Where that has no leader, as on
   * a host that is cut off, most commands fail after 20 s, or after what `--command-timeout` says.
   */
  etcdctl(...args: readonly string[]): Promise<string>;
  /** Starts a container as the posts do: `--dns` this host, `--dns-search` the lab's domain; resolves to its ID. */
  runService(options: readonly string[], ...command: readonly string[]): Promise<string>;
  /**
   * Runs glibc's getent in a running container, as in `getent(id, 'ahostsv4', 'web')`; resolves to its standard output.
   * @throws Error when getent finds nothing, too
   */
  getent(container: string, ...args: readonly string[]): Promise<string>;
  /**
   * Ends all of it at once, as a power cut does: agents, containers, engine, etcd. Nobody is told: its connections are
   * silent from then on.
   */
  kill(): Promise<void>;
  /**
   * Boots a dead host again on what its disk has; resolves when its agents are ready. That needs an etcd cluster with a
   * leader: of several dead hosts, boot all at the same time.
   */
  boot(): Promise<void>;
  /** Takes its cable out: no packet goes between it and any other host; its own containers still reach it. */
  cutOff(): Promise<void>;
  /** Puts the cable back. */
  heal(): Promise<void>;
  /** Ends its etcd member in good order and starts it again. */
  restartEtcd(): Promise<void>;
  /** Restarts the engine's daemon; its containers run on (live restore). */
  restartEngine(): Promise<void>;
  /**
   * Puts a new process in the place of one agent's, and resolves when that is ready: it is stopped as its unit would and
   * then started, but a new dns-server is ready before the old one is stopped. One that does not get ready is ended; the
   * old dns-server then stays.
   */
  roll(agent: AgentName): Promise<void>;
}

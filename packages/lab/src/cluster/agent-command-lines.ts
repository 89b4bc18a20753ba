import { fileURLToPath } from 'node:url';
import { CLIENT_PORT } from './etcd-member.ts';
import { startingWith } from './lab-addresses.ts';
import type { AgentName } from './lab-host.ts';

export interface AgentFacts {
  readonly hostName: string;
  readonly address: string;
  /** The addresses of all hosts, in their order. */
  readonly addresses: readonly string[];
  readonly domain: string;
  readonly ttlSeconds: number;
  readonly ttlRefreshSeconds: number;
  readonly relpPort: number;
  /** Where the log-shipper keeps how far it has come; it outlives a power cut. */
  readonly stateDir: string;
}

/** The name by which hosts find the receiver of their logs; its record has no lease. */
export const RSYSLOG_NAME = 'docker-rsyslog';

/**
 * The arguments of each agent, as in `fleet-units/`. Each asks its own host's etcd member first and another one when that is
 * away: a host whose member restarts is not the fault that the lab is about. Logs go by RELP, which loses none, and a
 * dns-server lets another one take over from it.
 */
export function renderAgentArgs(agent: AgentName, facts: AgentFacts): readonly string[] {
  const { hostName, address, addresses, domain, ttlSeconds, ttlRefreshSeconds, relpPort, stateDir } = facts;
  const members = startingWith(address, addresses).map((each) => `${each}:${CLIENT_PORT}`);
  const lease = ['-ttl', String(ttlSeconds), '-ttl-refresh', String(ttlRefreshSeconds)];
  const machines = members.map((member) => `http://${member}`).join(',');
  const args: Readonly<Record<AgentName, readonly string[]>> = {
    registrar: ['-host', hostName, '-ip', address, ...lease, `skydns2://${members.join(',')}/${domain}`],
    'dns-server': ['-addr', `${address}:53`, '-reuse-port', '-domain', domain, '-machines', machines],
    'log-shipper': ['-state-dir', stateDir, `syslog+relp://${RSYSLOG_NAME}.${domain}:${relpPort}`],
  };
  return args[agent];
}

/** The built program of an agent. */
export function agentMain(agent: AgentName): string {
  return fileURLToPath(new URL(`../../../../apps/${agent}/dist/main.js`, import.meta.url));
}

/** The key and value in etcd by which `name.<domain>` leads to an address. */
export function addressRecord(name: string, domain: string, address: string): readonly [key: string, value: string] {
  const path = `${name}.${domain}`.split('.').toReversed().join('/');
  return [`/skydns/${path}`, JSON.stringify({ host: address })];
}

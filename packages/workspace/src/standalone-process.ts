import { join } from 'node:path';
import { type AgentProcess, freePort, startAgent } from '@wharf/testkit';
import { root } from './root.ts';

/** The built `apps/standalone`, running as a process of its own. */
export interface StandaloneProcess {
  readonly dnsPort: number;
  readonly agent: AgentProcess;
}

export interface StandaloneSettings {
  readonly dockerHost: string;
  readonly domain: string;
  /** Where container output goes: a route URI. */
  readonly route: string;
}

/**
 * Starts it on free ports of 127.0.0.1 and resolves when `/readyz` says that all three agents are ready.
 * @throws Error with its newest output when it ends before that, or does not get ready
 */
export async function startStandalone({ dockerHost, domain, route }: StandaloneSettings): Promise<StandaloneProcess> {
  const dnsPort = await freePort();
  const agent = await startAgent({
    name: 'standalone',
    main: join(root, 'apps/standalone/dist/main.js'),
    args: [`-docker-host=${dockerHost}`, `-domain=${domain}`, '-ip=127.0.0.1', `-dns-addr=127.0.0.1:${dnsPort}`, route],
  });
  try {
    await agent.ready();
  } catch (error) {
    await agent.stop();
    throw error;
  }
  return { dnsPort, agent };
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { eventually, freePort, type ServerProcess, startServer } from '@wharf/testkit';
import { root } from './root.ts';

/** The built `apps/standalone`, running as a process of its own. */
export interface StandaloneProcess {
  readonly dnsPort: number;
  readonly process: ServerProcess;
  /** What `/debug/<name>` of its admin HTTP holds. */
  debug(name: string): Promise<unknown>;
  /** Stops it in good order; resolves to whether it ended by itself. */
  stop(): Promise<void>;
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
  const main = join(root, 'apps/standalone/dist/main.js');
  if (!existsSync(main)) throw new Error(`${main} is missing: run npm run build`);
  const [dnsPort, adminPort] = [await freePort(), await freePort()];
  const args = [
    `-docker-host=${dockerHost}`,
    `-domain=${domain}`,
    '-ip=127.0.0.1',
    `-dns-addr=127.0.0.1:${dnsPort}`,
    `-admin-addr=127.0.0.1:${adminPort}`,
    '-log-format=json',
    route,
  ];
  const server = await startServer({
    name: 'standalone',
    command: process.execPath,
    args: [main, ...args],
    remedy: 'run npm run build',
  });
  const admin = `http://127.0.0.1:${adminPort}`;
  try {
    await eventually('the three agents get ready', async () => {
      if (!server.running) return;
      const response = await fetch(`${admin}/readyz`);
      if (!response.ok) throw new Error(await response.text());
    });
    if (!server.running) throw new Error('the agents ended before they were ready');
  } catch (error) {
    await server.stop();
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${server.output()}`, { cause: error });
  }
  return {
    dnsPort,
    process: server,
    async debug(name) {
      const response = await fetch(`${admin}/debug/${name}`);
      if (!response.ok) throw new Error(`${admin}/debug/${name}: ${response.status}`);
      return response.json();
    },
    stop: () => server.stop(),
  };
}

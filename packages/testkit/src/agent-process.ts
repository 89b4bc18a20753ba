import { existsSync } from 'node:fs';
import { eventually } from './eventually.ts';
import type { NetworkDoor } from './network-door.ts';
import { freePort } from './ports.ts';
import { type ServerProcess, startServer } from './server-process.ts';

export interface AgentCommand {
  /** For messages: `registrar`. */
  readonly name: string;
  /** The built program: `.../apps/registrar/dist/main.js`. */
  readonly main: string;
  /** Its command line without `-admin-addr` and `-log-format`, which are given here. */
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The network that it runs in; that of this process when absent. */
  readonly network?: NetworkDoor;
}

/** A built agent as a process of its own, with its admin HTTP on a free port of 127.0.0.1, wherever it runs. */
export interface AgentProcess {
  readonly process: ServerProcess;
  readonly adminUrl: string;
  /** Resolves when `/readyz` answers 200. */
  ready(): Promise<void>;
  /** The body of an admin page: `text('/metrics')`. */
  text(path: string): Promise<string>;
  /** What `/debug/<name>` holds. */
  debug(name: string): Promise<unknown>;
  /** SIGTERM, and resolves when it has gone. */
  stop(): Promise<void>;
  /** SIGKILL, and resolves when it has gone. */
  kill(): Promise<void>;
}

/**
 * Starts a built agent; it runs, but is not ready yet.
 * @throws Error naming the remedy when it has not been built
 */
export async function startAgent({ name, main, args, env, network }: AgentCommand): Promise<AgentProcess> {
  if (!existsSync(main)) throw new Error(`${main} is missing: npm run build`);
  const adminPort = await freePort();
  const adminUrl = `http://127.0.0.1:${network === undefined ? adminPort : await network.letOut(adminPort)}`;
  const line = [main, `-admin-addr=127.0.0.1:${adminPort}`, '-log-format=json', ...args];
  const server = await (network?.start ?? startServer)({
    name,
    command: process.execPath,
    args: line,
    ...(env === undefined ? {} : { env }),
    remedy: 'npm run build',
  });
  const text = async (path: string): Promise<string> => {
    const response = await fetch(`${adminUrl}${path}`);
    const body = await response.text();
    if (!response.ok) throw new Error(`${name}${path}: ${response.status}: ${body}`);
    return body;
  };
  return {
    process: server,
    adminUrl,
    async ready() {
      let ended = false;
      const check = async (): Promise<void> => {
        ended = !server.running;
        if (!ended) await text('/readyz');
      };
      // Several agents may be starting at once on a small machine; one that ends is noticed at once.
      await eventually(`${name} to get ready`, check, { timeoutMs: 60_000 });
      if (ended) throw new Error(`${name} ended before it was ready: ${server.output()}`);
    },
    text,
    async debug(page) {
      return JSON.parse(await text(`/debug/${page}`));
    },
    stop: () => server.stop('SIGTERM'),
    kill: () => server.stop('SIGKILL'),
  };
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AgentProcess, type Dockerd, startAgent } from '@wharf/testkit';
import { mainOf } from '../cluster.ts';
import type { Fault } from './fault.ts';

export interface ShipperSettings {
  readonly source: 'api' | 'files';
  readonly routes: readonly string[];
}

/** A log shipper that is started again with the same command line and state. */
export interface Shipper {
  readonly faults: readonly Fault[];
  /** How often it was started. */
  readonly starts: number;
  ready(): Promise<void>;
  /** Its newest output. */
  output(): string;
  debug(page: string): Promise<unknown>;
  /** In good order. */
  stop(): Promise<void>;
}

/**
 * Starts the built log shipper. Its queues are short: receivers that are away soon hold up the reading, and over TCP and TLS
 * there is never more in them than is sent again after a loss, 256 KiB.
 */
export async function startShipper(dockerd: Dockerd, settings: ShipperSettings): Promise<Shipper> {
  const { source, routes } = settings;
  const stateDir = mkdtempSync(join(tmpdir(), 'wharf-shipper-'));
  const args = ['-source', source, '-log-files', join(dockerd.dataRoot, 'containers'), '-http-addr', 'off'];
  args.push('-state-dir', stateDir, '-queue-messages', '1000', '-queue-bytes', '131072', '-tcp-resend', '2s');
  const launch = (): Promise<AgentProcess> => {
    starts++;
    const env = { DOCKER_HOST: `unix://${dockerd.socketPath}` };
    return startAgent({
      name: `log-shipper (${source})`,
      main: mainOf('log-shipper'),
      args: [...args, ...routes],
      env,
    });
  };
  let starts = 0;
  let agent = await launch();
  const relaunch = async (): Promise<void> => {
    agent = await launch();
  };
  return {
    faults: [
      { name: 'killed', begin: () => agent.kill(), end: relaunch },
      { name: 'stopped', begin: () => agent.stop(), end: relaunch },
    ],
    get starts() {
      return starts;
    },
    ready: () => agent.ready(),
    output: () => agent.process.output(),
    debug: (page) => agent.debug(page),
    async stop() {
      await agent.stop();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentProcess, eventually, startAgent } from '@wharf/testkit';
import { root } from '../../root.ts';
import { moveToMeasuredCore } from '../cores.ts';
import { metricValue } from '../metric-value.ts';
import type { LogStage } from './log-stage.ts';

/** A built log shipper with one route. */
export interface Shipper {
  readonly agent: AgentProcess;
  readonly pid: number;
  /** How many messages it has sent. */
  sent(): Promise<number>;
  /** Resolves when it reads the log of some container. */
  attached(): Promise<void>;
}

export interface ShipperRun {
  /** `tcp://127.0.0.1:514`, with options but without a filter. */
  readonly destination: string;
  /** The container that is shipped. */
  readonly container: string;
  readonly args: readonly string[];
}

/** Starts a shipper that keeps checkpoints; it runs on the core of what is measured, but is not ready yet. */
export async function startShipper(
  { folder, engine }: LogStage,
  { destination, container, args }: ShipperRun,
  cleanup: AsyncDisposableStack,
): Promise<Shipper> {
  const route = `${destination}${destination.includes('?') ? '&' : '?'}filter.name=${container}`;
  const agent = await startAgent({
    name: 'log-shipper',
    main: join(root, 'apps/log-shipper/dist/main.js'),
    args: ['-http-addr=off', `-state-dir=${mkdtempSync(join(folder, 'state-'))}`, ...args, route],
    env: { DOCKER_HOST: `unix://${engine.dockerd.socketPath}` },
  });
  cleanup.defer(() => agent.stop());
  const { pid } = agent.process;
  await moveToMeasuredCore(pid);
  const metric = async (name: string): Promise<number> =>
    metricValue(await agent.text('/metrics'), `${name}{route="${route}"}`) ?? 0;
  return {
    agent,
    pid,
    sent: () => metric('wharf_shipper_messages_sent_total'),
    attached: () =>
      eventually('the log is read', async () => {
        if ((await metric('wharf_shipper_containers_attached')) === 0) throw new Error(agent.process.output());
      }),
  };
}

/** What makes a shipper read the files of the engine's logs. */
export function filesArgs({ engine }: LogStage): readonly string[] {
  return ['-source=files', `-log-files=${join(engine.dockerd.dataRoot, 'containers')}`];
}

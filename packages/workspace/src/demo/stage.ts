import { type SyslogReceiver, startSyslogReceiver } from '@wharf/testkit';
import { ensureEngine } from '../engine/ensure-engine.ts';
import { type StandaloneProcess, startStandalone } from '../standalone-process.ts';
import { createSampleEngine, type SampleEngine } from './sample-containers.ts';
import { ensureSampleImage } from './sample-image.ts';
import type { Narrator } from './terminal.ts';

/** The zone that the demo's services are found in. */
export const DEMO_DOMAIN = 'wharf.demo';

/** What the demo's acts play on. */
export interface Stage {
  readonly narrator: Narrator;
  /** Aborts on Ctrl-C. */
  readonly signal: AbortSignal;
  readonly engine: SampleEngine;
  readonly agents: StandaloneProcess;
  readonly receiver: SyslogReceiver;
}

/** Brings up an engine, the sample image, a syslog receiver and the three agents; `cleanup` takes all of it down again. */
export async function setUpStage(
  narrator: Narrator,
  signal: AbortSignal,
  env: NodeJS.ProcessEnv,
  cleanup: AsyncDisposableStack,
): Promise<Stage> {
  narrator.heading('Setting up');
  const usable = await narrator.step('a container engine', () => ensureEngine(env));
  cleanup.defer(() => usable.release());
  const engine = createSampleEngine(usable.dockerHost, process.pid);
  narrator.detail(`${await engine.version()} at ${usable.dockerHost} (${usable.origin})`);
  signal.throwIfAborted();

  await engine.removeAll();
  narrator.detail(await narrator.step('a sample image', () => ensureSampleImage(engine, cleanup)));
  // Put down later, and so done before the image is removed.
  cleanup.defer(() => engine.removeAll());
  signal.throwIfAborted();

  const receiver = await narrator.step('a syslog receiver', () => startSyslogReceiver());
  cleanup.defer(() => receiver.close());
  narrator.detail(`UDP and TCP on 127.0.0.1:${receiver.port}`);

  const route = `syslog+tcp://127.0.0.1:${receiver.port}`;
  const agents = await narrator.step('registrar, dns-server and log-shipper in one process', () =>
    startStandalone({ dockerHost: usable.dockerHost, domain: DEMO_DOMAIN, route }),
  );
  cleanup.defer(() => agents.agent.stop());
  narrator.detail(`DNS for ${DEMO_DOMAIN} on 127.0.0.1:${agents.dnsPort}, container output to ${route}`);
  signal.throwIfAborted();
  return { narrator, signal, engine, agents, receiver };
}

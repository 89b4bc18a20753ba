import { SAMPLE_IMAGE } from '@wharf/testkit';
import { ask, untilPorts } from './ask.ts';
import { parseRecords } from './parse-records.ts';
import { type RunningContainer, type SampleContainer, sampleContainers } from './sample-containers.ts';
import { DEMO_DOMAIN, type Stage } from './stage.ts';
import { renderDuration } from './terminal.ts';

export interface Replicas {
  readonly first: RunningContainer;
  readonly second: RunningContainer;
}

/** Containers start; each is in DNS moments later. Shows the records behind it and what a client is answered. */
export async function showDiscovery(stage: Stage): Promise<Replicas> {
  const { shop, firstReplica, secondReplica } = sampleContainers;
  stage.narrator.heading('Containers start, DNS answers');
  await runUntilFound(stage, shop, ({ hostPorts }) => [
    { name: 'shop', ports: [hostPorts.get(8080)] },
    { name: 'shop-metrics', ports: [hostPorts.get(9090)] },
  ]);
  const first = await runUntilFound(stage, firstReplica, ({ hostPorts }) => [
    { name: 'web', ports: [hostPorts.get(80)] },
  ]);
  const second = await runUntilFound(stage, secondReplica, ({ hostPorts }) => [
    { name: 'web', ports: [first.hostPorts.get(80), hostPorts.get(80)] },
  ]);
  await showRecords(stage);
  await showAnswers(stage);
  return { first, second };
}

interface Expectation {
  readonly name: string;
  readonly ports: readonly (number | undefined)[];
}

async function runUntilFound(
  stage: Stage,
  sample: SampleContainer,
  expect: (container: RunningContainer) => readonly Expectation[],
): Promise<RunningContainer> {
  const { narrator, engine, signal } = stage;
  const publishes = sample.tcpPorts.map((port) => `-p ${port}`).join(' ');
  return narrator.step(`docker run ${publishes} ${sample.name}`, async () => {
    signal.throwIfAborted();
    const container = await engine.run(sample, SAMPLE_IMAGE);
    for (const { name, ports } of expect(container)) {
      const rightAtMs = await untilPorts(stage, name, ports);
      const sinceRun = renderDuration(rightAtMs - container.askedAtMs);
      const sinceStart = renderDuration(Math.max(0, rightAtMs - container.startedAtMs));
      narrator.detail(`first right answer for ${name}.${DEMO_DOMAIN} ${sinceRun} after docker run was asked for,`);
      narrator.detail(`  ${sinceStart} after the engine said it had started`);
    }
    return container;
  });
}

async function showRecords({ narrator, agents }: Stage): Promise<void> {
  await narrator.step('what the registrar saw and wrote', async () => {
    const records = parseRecords(await agents.agent.debug('registrar-services'));
    for (const { container, key, value } of records) narrator.detail(`${container}: ${key} = ${value}`);
    if (records.length < 4) throw new Error(`expected 4 records, the registrar tells of ${records.length}`);
  });
}

async function showAnswers(stage: Stage): Promise<void> {
  const questions = [
    { name: 'web', type: 'A', atLeast: 1 },
    { name: 'web', type: 'SRV', atLeast: 2 },
    { name: 'shop', type: 'A', atLeast: 1 },
    { name: 'shop-metrics', type: 'SRV', atLeast: 1 },
  ] as const;
  for (const { name, type, atLeast } of questions) {
    await stage.narrator.step(`dig ${name}.${DEMO_DOMAIN} ${type}`, async () => {
      const reply = await ask(stage, name, type);
      for (const text of reply.texts) stage.narrator.detail(text);
      for (const text of reply.additionals) stage.narrator.detail(`additional: ${text}`);
      if (reply.texts.length < atLeast) throw new Error(`expected ${atLeast} answers, got ${reply.texts.length}`);
    });
  }
}

import { SAMPLE_IMAGE } from '@wharf/testkit';
import { sampleContainers } from './sample-containers.ts';
import type { Stage } from './stage.ts';
import { renderDuration } from './terminal.ts';
import { until } from './until.ts';

/** What the printing container says, in any order: standard output and standard error are two streams. */
const EXPECTED = [
  'order 1 shipped',
  'order 2 shipped',
  'order 3 shipped',
  'order 4 shipped',
  'order 5 shipped',
  'out of paper',
];

/** A container prints; its lines arrive at the syslog receiver. */
export async function showLogs({ narrator, engine, receiver, signal }: Stage): Promise<void> {
  narrator.heading('Containers print, syslog receives');
  await narrator.step(`docker run ${sampleContainers.printer.name}`, async () => {
    const container = await engine.run(sampleContainers.printer, SAMPLE_IMAGE);
    const name = engine.containerName(sampleContainers.printer);
    const ofPrinter = () => receiver.messages.filter(({ text }) => text.includes(` ${name} `));
    const lines = (): readonly string[] => ofPrinter().map(({ text }) => text);
    await until('every printed line arrives', signal, async () => lines(), isComplete);
    const lastAtMs = Math.max(...ofPrinter().map(({ receivedAtMs }) => receivedAtMs));
    for (const text of lines()) narrator.detail(text.trimEnd());
    const sinceRun = renderDuration(lastAtMs - container.askedAtMs);
    narrator.detail(`the last line arrived ${sinceRun} after docker run was asked for`);
  });
}

function isComplete(seen: readonly string[]): boolean {
  return EXPECTED.every((expected) => seen.some((text) => text.trimEnd().endsWith(expected)));
}

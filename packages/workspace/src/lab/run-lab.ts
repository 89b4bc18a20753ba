import { once } from 'node:events';
import { startCluster } from '@wharf/lab';
import { type Narrator, renderDuration } from '../demo/terminal.ts';
import { createDnsProbes } from './dns-probes.ts';
import { untilAllAnswer } from './follow-fault.ts';
import type { TypedCommand } from './lab-command.ts';
import type { StartedLab } from './lab-controls.ts';
import { createLabSession } from './lab-session.ts';
import { createLabState } from './lab-state.ts';
import type { LabTerminal } from './lab-terminal.ts';
import type { LabEvent } from './lab-view.ts';
import { observeLab } from './observe-lab.ts';
import { openDisplay } from './open-display.ts';
import { startSamples } from './sample-services.ts';

export interface LabSettings {
  readonly hosts: number;
  readonly ttlSeconds: number;
  readonly ttlRefreshSeconds: number;
  /** Commands to run instead of those that are typed. */
  readonly script: readonly TypedCommand[] | undefined;
}

/** What ends the lab before its commands do: Ctrl-C, a signal, a terminal that is gone. */
export interface Interruption {
  readonly signal: AbortSignal;
  readonly interrupt: () => void;
}

/**
 * Starts the lab, does what is asked for and removes everything again, also when it fails or is interrupted.
 * @returns whether every command could be done
 * @throws what the start threw, or the signal's reason
 */
export async function runLab(
  settings: LabSettings,
  terminal: LabTerminal,
  narrator: Narrator,
  interruption: Interruption,
): Promise<boolean> {
  const { signal, interrupt } = interruption;
  const tellInterrupted = (): void => narrator.heading('Interrupted: cleaning up ...');
  signal.addEventListener('abort', tellInterrupted);
  const cleanup = new AsyncDisposableStack();
  try {
    let onEvent: (event: LabEvent) => void = () => undefined;
    const lab = await startLab(settings, narrator, signal, cleanup, (event) => onEvent(event));
    // From here on it would be written across the table.
    signal.removeEventListener('abort', tellInterrupted);
    const session = createLabSession(lab, signal);
    const display = openDisplay(terminal, session, interrupt);
    onEvent = (event) => display.showEvent(event);
    try {
      lab.state.startClock();
      lab.state.tell('everything is up', 'good');
      await Promise.race([display.follow(settings.script), untilAborted(session.ending)]);
    } finally {
      display.close();
      if (signal.aborted) tellInterrupted();
      await session.end();
    }
    signal.throwIfAborted();
    return session.allDone();
  } finally {
    await narrator.step('everything that was started is removed', () => cleanup.disposeAsync());
  }
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort');
}

/** A lab whose sample services are found by DNS on all hosts. */
async function startLab(
  { hosts, ttlSeconds, ttlRefreshSeconds }: LabSettings,
  narrator: Narrator,
  signal: AbortSignal,
  cleanup: AsyncDisposableStack,
  onEvent: (event: LabEvent) => void,
): Promise<StartedLab> {
  narrator.heading(`Starting ${hosts === 1 ? 'a host' : `${hosts} hosts`} on this machine`);
  const onProgress = (sentence: string): void => {
    narrator.detail(sentence);
    // What it throws ends the start, which then removes what there is already.
    signal.throwIfAborted();
  };
  const startedAt = performance.now();
  const cluster = await startCluster({ hostCount: hosts, ttlSeconds, ttlRefreshSeconds, onProgress });
  cleanup.defer(() => cluster.stop());
  narrator.detail(`all hosts run after ${renderDuration(performance.now() - startedAt)}`);
  signal.throwIfAborted();

  const state = createLabState(cluster, () => performance.now(), onEvent);
  await narrator.step('sample services: web on every host, shop with two ports', async () => {
    for (const placement of await startSamples(cluster.hosts)) state.placements.add(placement);
  });
  signal.throwIfAborted();

  const probes = createDnsProbes(cluster.domain, (answer) => state.hear(answer));
  cleanup.defer(() => probes.stop());
  await narrator.step('a DNS client on every host', () =>
    Promise.all(cluster.hosts.map((host) => probes.attach(host))),
  );
  await narrator.step('the services are found by DNS on every host', () => untilAllAnswer({ state, probes }, signal));
  cleanup.defer(await observeLab(state));
  return { state, probes };
}

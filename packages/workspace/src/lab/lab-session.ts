import { setTimeout as delay } from 'node:timers/promises';
import { describeError } from '@wharf/agent';
import { createBackgroundWork } from './background-work.ts';
import type { TypedCommand } from './lab-command.ts';
import type { LabControls, StartedLab } from './lab-controls.ts';
import { questionsOf } from './lab-state.ts';
import type { LabView } from './lab-view.ts';
import { parseLabCommand, splitScript } from './parse-lab-command.ts';
import { performCommand } from './perform-command.ts';

/** How what answers a command is shown. */
export interface SessionOutput {
  showPage(lines: readonly string[]): void;
  showStatus(view: LabView): void;
}

/** A running lab that takes commands until it is to end. */
export interface LabSession {
  view(): LabView;
  /** Does what a line asks for, one command after the other; resolves when the last is done. */
  take(line: string, output: SessionOutput): Promise<void>;
  takeAll(commands: readonly TypedCommand[], output: SessionOutput): Promise<void>;
  /** Resolves when nothing is measured any more. */
  readonly settled: () => Promise<void>;
  readonly quit: () => void;
  /** Aborts when the lab is to end. */
  readonly ending: AbortSignal;
  /** Whether every command that was taken could be done. */
  allDone(): boolean;
  /** Ends what is under way, so that the hosts can be removed. */
  end(): Promise<void>;
}

/** How long a boot or a restart that is under way may take to come to its end. */
const PATIENCE_MS = 20_000;

export function createLabSession({ state, probes }: StartedLab, interrupted: AbortSignal): LabSession {
  const quitting = new AbortController();
  const ending = AbortSignal.any([interrupted, quitting.signal]);
  const background = createBackgroundWork(ending, (subject, error) => {
    state.tell(`${subject}: ${describeError(error)}`, 'bad');
  });
  const performing = new Set<Promise<void>>();
  let isAllDone = true;
  const quit = (): void => quitting.abort();

  const perform = async (commands: readonly TypedCommand[], output: SessionOutput): Promise<void> => {
    const controls: LabControls = {
      state,
      probes,
      signal: ending,
      background: background.start,
      settled: background.settled,
      quit,
      showPage: (lines) => output.showPage(lines),
      showStatus: () => output.showStatus(state.view()),
    };
    for (const { text, command } of commands) {
      if (ending.aborted) return;
      if (!(await performCommand(controls, text, command))) isAllDone = false;
    }
  };
  const takeAll = async (commands: readonly TypedCommand[], output: SessionOutput): Promise<void> => {
    const done = perform(commands, output);
    performing.add(done);
    await done.finally(() => performing.delete(done));
  };

  probes.ask(questionsOf(state));
  return {
    view: () => state.view(),
    takeAll,
    async take(line, output) {
      for (const text of splitScript(line)) {
        const parsed = parseLabCommand(text, state.cluster.hosts.length);
        if (parsed.ok) await takeAll([{ text, command: parsed.value }], output);
        else {
          isAllDone = false;
          state.tell(parsed.error, 'warn');
        }
      }
    },
    settled: background.settled,
    quit,
    ending,
    allDone: () => isAllDone,
    async end() {
      quit();
      const done = new AbortController();
      const patience = delay(PATIENCE_MS, undefined, { signal: done.signal }).catch(() => undefined);
      await Promise.race([Promise.allSettled([...performing, background.settled()]), patience]);
      done.abort();
    },
  };
}

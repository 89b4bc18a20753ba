import { createInterface } from 'node:readline';
import { AGENT_NAMES } from '@wharf/lab';
import { commandWords, type TypedCommand } from './lab-command.ts';
import type { LabSession, SessionOutput } from './lab-session.ts';
import type { LabTerminal } from './lab-terminal.ts';
import type { LabEvent } from './lab-view.ts';
import { openLiveScreen } from './live-screen.ts';
import { renderEvent, renderStatus } from './render-lab.ts';
import { renderLine, type StyledLine, span } from './styled-line.ts';

/** Shows a session, and takes its commands. */
export interface Display {
  showEvent(event: LabEvent): void;
  /** Takes the commands of a script, or those that are typed or piped in; resolves when there are no more. */
  follow(script: readonly TypedCommand[] | undefined): Promise<void>;
  /** Leaves the terminal as it was found. */
  close(): void;
}

export function openDisplay(terminal: LabTerminal, session: LabSession, interrupt: () => void): Display {
  return terminal.isLive ? openLive(terminal, session, interrupt) : openPlain(terminal, session);
}

function openLive(terminal: LabTerminal, session: LabSession, interrupt: () => void): Display {
  const words = [...commandWords(), ...AGENT_NAMES, 'on'];
  let page: readonly string[] = [];
  let isClosed = false;
  const output: SessionOutput = {
    showPage(lines) {
      page = lines;
    },
    showStatus() {
      page = [];
    },
  };
  const screen = openLiveScreen(terminal, () => ({ ...session.view(), page }), words, {
    onLine(line) {
      page = [];
      void session.take(line, output);
    },
    onEnd: session.quit,
    onInterrupt: interrupt,
  });
  return {
    showEvent(event) {
      if (isClosed) printEvent(terminal, event);
      else screen.draw();
    },
    async follow(script) {
      if (script !== undefined) return runScript(session, script, output);
      // Whoever is at the prompt ends the session.
      await new Promise(() => undefined);
    },
    close() {
      isClosed = true;
      screen.close();
      // What happened stays in the terminal's memory.
      for (const event of session.view().events) printEvent(terminal, event);
    },
  };
}

/** The width of what nothing says the width of: long enough that nothing is cut. */
const UNLIMITED = 1_000;

function openPlain(terminal: LabTerminal, session: LabSession): Display {
  const output: SessionOutput = {
    showPage(lines) {
      for (const line of lines) print(terminal, [span(line)]);
    },
    showStatus(view) {
      for (const line of renderStatus(view, UNLIMITED)) print(terminal, line);
    },
  };
  const readCommands = async (): Promise<void> => {
    const lines = createInterface({ input: terminal.stdin });
    const stop = (): void => lines.close();
    session.ending.addEventListener('abort', stop);
    for await (const line of lines) await session.take(line, output);
  };
  return {
    showEvent: (event) => printEvent(terminal, event),
    async follow(script) {
      output.showStatus(session.view());
      if (script !== undefined) return runScript(session, script, output);
      await readCommands();
      await session.settled();
    },
    close: () => terminal.stdin.destroy(),
  };
}

async function runScript(session: LabSession, script: readonly TypedCommand[], output: SessionOutput): Promise<void> {
  await session.takeAll(script, output);
  await session.settled();
}

function printEvent(terminal: LabTerminal, event: LabEvent): void {
  const { isTTY, columns } = terminal.stdout;
  for (const line of renderEvent(event, isTTY && columns > 0 ? columns : UNLIMITED)) print(terminal, line);
}

function print({ stdout, colours }: LabTerminal, line: StyledLine): void {
  stdout.write(`${renderLine(line, colours)}\n`);
}

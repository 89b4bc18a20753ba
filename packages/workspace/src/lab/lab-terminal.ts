import type { ReadStream, WriteStream } from 'node:tty';

/** How the lab can be shown. */
export interface TerminalAbilities {
  /** Whether a table is drawn in place; lines are printed otherwise. */
  readonly isLive: boolean;
  readonly colours: boolean;
}

/** Where the lab is shown and commands come from. */
export interface LabTerminal extends TerminalAbilities {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
}

/**
 * What the environment says of a terminal: `TERM=dumb` moves no cursor, and https://no-color.org/ has `NO_COLOR`.
 * @param arePiped whether commands come from elsewhere than its keyboard: their answers are lines then
 */
export function terminalAbilities(
  isTerminal: boolean,
  arePiped: boolean,
  env: Readonly<Record<string, string | undefined>>,
): TerminalAbilities {
  const isLive = isTerminal && !arePiped && env['TERM'] !== 'dumb';
  return { isLive, colours: isLive && (env['NO_COLOR'] ?? '') === '' };
}

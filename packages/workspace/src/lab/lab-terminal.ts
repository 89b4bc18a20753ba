import type { ReadStream, WriteStream } from 'node:tty';

/** Where the lab is shown and commands come from. */
export interface LabTerminal {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  /** Whether a table is drawn in place; lines are printed otherwise. */
  readonly isLive: boolean;
  readonly colours: boolean;
}

/** What the streams and the environment allow: `TERM=dumb` moves no cursor, and https://no-color.org/ has `NO_COLOR`. */
export function describeTerminal(
  stdin: ReadStream,
  stdout: WriteStream,
  env: Readonly<Record<string, string | undefined>>,
): LabTerminal {
  const isTerminal = stdout.isTTY === true;
  return {
    stdin,
    stdout,
    isLive: isTerminal && env['TERM'] !== 'dumb',
    colours: isTerminal && env['TERM'] !== 'dumb' && (env['NO_COLOR'] ?? '') === '',
  };
}

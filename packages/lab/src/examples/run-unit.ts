import type { EngineHost } from '../compose/engine-host.ts';
import { type UnitValues, unitCommands } from './unit-commands.ts';

/** What is put in the place of a part of a unit, because the image or the folder is not to be had on this machine. */
export interface UnitChanges {
  /** Another image, by the one of the unit. */
  readonly image?: string;
  /** Further options of `docker run`. */
  readonly options?: readonly string[];
  /** What follows the image instead of what the unit has there. */
  readonly command?: readonly string[];
  /** Further arguments, in front of those that the unit has. */
  readonly arguments?: readonly string[];
}

/** A container that runs with a unit's command line. */
export interface RunningUnit {
  readonly container: string;
  /** As `systemctl stop`; resolves to the exit code of the container. */
  stop(): Promise<number>;
  /** As `systemctl start` after that. */
  start(): Promise<void>;
}

/** Options of `docker run` that stand alone; all others in the units take the next word as their value. */
const SWITCHES = new Set(['--read-only']);

const DOCKER = '/usr/bin/docker';

/**
 * Runs a unit's commands of Docker on a host's engine, those before its start too, in the background.
 * @param text of a unit that runs a container
 */
export async function runUnit(
  { engine, name, address }: EngineHost,
  text: string,
  { image, options = [], command, arguments: more = [] }: UnitChanges = {},
): Promise<RunningUnit> {
  const values: UnitValues = { i: '1', H: name, COREOS_PRIVATE_IPV4: address };
  const wordsOf = (setting: string): readonly (readonly string[])[] =>
    unitCommands(text, setting, values).flatMap(([program, ...words]) => (program === DOCKER ? [words] : []));
  const [run = []] = wordsOf('ExecStart');
  const imageAt = findImage(run);
  const own = run.slice(1, imageAt);
  const container = own[own.indexOf('--name') + 1] ?? '';

  const start = async (): Promise<void> => {
    for (const words of wordsOf('ExecStartPre')) await engine.docker(...words).catch(() => undefined);
    const what = [image ?? run[imageAt] ?? '', ...more, ...(command ?? run.slice(imageAt + 1))];
    await engine.docker('run', '--detach', ...own, ...options, ...what);
  };
  await start();
  return {
    container,
    start,
    async stop() {
      for (const words of wordsOf('ExecStop')) await engine.docker(...words);
      return Number(await engine.docker('inspect', '--format', '{{.State.ExitCode}}', container));
    },
  };
}

/** Where the options of `run` end. */
function findImage(words: readonly string[]): number {
  let at = 1;
  while (words[at]?.startsWith('-') === true) at += SWITCHES.has(words[at] ?? '') ? 1 : 2;
  return at;
}

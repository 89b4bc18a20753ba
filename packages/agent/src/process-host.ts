import type { AgentOptions } from './agent-options.ts';
import type { Clock } from './clock.ts';
import type { Environment, OptionError } from './command.ts';
import type { LogSettings } from './create-logger.ts';
import type { Logger } from './logger.ts';
import type { OptionValues } from './options.ts';
import { renderOptionError } from './parse-command-line.ts';
import type { ProcessEvents } from './supervise.ts';
import type { SyslogTarget } from './syslog-target.ts';

/** How a program logs in its process. */
export interface HostLogSettings extends LogSettings {
  /** Where lines go besides standard error. */
  readonly to: SyslogTarget | undefined;
}

/** Told of each line that is dropped. */
export interface LogDrops {
  /** By standard error, whose reader has stalled. */
  readonly onDrop: () => void;
  /** On the way to the syslog server. */
  readonly onForwardDrop: () => void;
}

/** The process that a program runs in, as arguments. */
export interface ProcessHost {
  /** Without the interpreter and the script. */
  readonly argv: readonly string[];
  readonly env: Environment;
  readonly hostname: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly events: ProcessEvents;
  /** Whether log lines go to a terminal: `-log-format auto`. */
  readonly isTerminal: boolean;
  writeOutput(text: string): void;
  writeError(text: string): void;
  createLogger(settings: HostLogSettings, drops: LogDrops): Logger;
}

/** Says what is wrong with a command line; returns the exit code for that. */
export function refuse(name: string, errors: readonly OptionError[], host: ProcessHost): number {
  const lines = [...errors.map(renderOptionError), `${name} -help lists what is accepted`];
  host.writeError(lines.map((line) => `${line}\n`).join(''));
  return 2;
}

/** How a program logs in this process, by its options. */
export function logSettings(agent: string, options: OptionValues<AgentOptions>, host: ProcessHost): HostLogSettings {
  const format = options.logFormat === 'auto' ? (host.isTerminal ? 'text' : 'json') : options.logFormat;
  return { agent, level: options.logLevel, format, colours: host.isTerminal, to: options.logTo };
}

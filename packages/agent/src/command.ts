import type { OptionTable, OptionValues } from './options.ts';

/** The environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** A program's command line: what it takes, and what `--help` says. */
export interface Command<T extends OptionTable> {
  /** As it is typed: `registrar`. */
  readonly name: string;
  /** One sentence, ending in a full stop. */
  readonly summary: string;
  /** What follows the name: `[options] <registry URI>`. */
  readonly usage: string;
  readonly positionals: Positionals;
  readonly options: T;
  readonly examples: readonly { readonly command: string; readonly summary: string }[];
  /** What else `--help` tells, below the options. */
  readonly topics?: readonly HelpTopic[];
}

/** A part of `--help` about something that is no option of the program. */
export interface HelpTopic {
  /** Without a colon. */
  readonly title: string;
  readonly rows: readonly { readonly term: string; readonly summary: string }[];
  /** The generated part of the README where it stands too. */
  readonly section?: string;
}

/**
 * Something that a program does once, instead of running: `registrar explain`. Its word comes before all other
 * positionals; the program's own options are accepted anywhere on the line.
 */
export interface Subcommand {
  /** As it is typed after the program's name: `explain`. */
  readonly name: string;
  /** One sentence, ending in a full stop. */
  readonly summary: string;
  /** What follows the name: `<container> [options] <registry URI>`. */
  readonly usage: string;
  /** Those after the word. */
  readonly positionals: Positionals;
  readonly examples: Command<OptionTable>['examples'];
}

/** The arguments that are not options. */
export interface Positionals {
  /** As messages call one: `<registry URI>`. */
  readonly name: string;
  readonly summary: string;
  readonly min: number;
  readonly max: number;
  /**
   * What is wrong with the arguments themselves, so that it is said together with what is wrong with the options: asked
   * for only when an option is wrong. `AgentProgram.configure` says the same when the options are right.
   */
  readonly check?: (positionals: readonly string[], env: Environment) => readonly OptionError[];
}

/** Something wrong with what was given; `renderOptionError` makes the line that people read. */
export interface OptionError {
  /** What is wrong: `-ttl`, `TTL_VARIABLE` or `<registry URI>`. */
  readonly option: string;
  /** The text as given; empty when nothing was given or when it may not be shown. */
  readonly value: string;
  /** Continues the sentence that the value begins, `is not a whole number`; stands alone when `value` is empty. */
  readonly message: string;
}

/** A command line that holds no errors. */
export interface CommandLine<T extends OptionTable> {
  readonly options: OptionValues<T>;
  readonly positionals: readonly string[];
  /** What set each option that is not at its default, by its key in the table: `-ttl` or `TTL_VARIABLE`. */
  readonly given: ReadonlyMap<string, string>;
  /** One for each option in use that is deprecated, or whose value is suspicious. */
  readonly warnings: readonly string[];
}

import type { OptionType } from './option-type.ts';

/** One option: the parser, `--help`, the README's table and the example environment file come from this. */
export interface OptionDeclaration<T> {
  /** Without dashes, such as `ttl-refresh`; absent for what only a variable can set. */
  readonly flag?: string;
  /** Environment variables, the strongest first: the first one that is not empty counts. */
  readonly variables?: readonly string[];
  readonly type: OptionType<T>;
  /** `undefined` when the option has no value unless one is given; the value's type then says so. */
  readonly default: T;
  /** One sentence, ending in a full stop. */
  readonly summary: string;
  /** A value as one would type it, for the documents. */
  readonly example?: string;
  /** The value never appears in messages, `--help` or logs. */
  readonly secret?: true;
  /** The option is accepted, warned about with this text, and ignored. */
  readonly deprecated?: string;
}

/** All options of a command, by the name that the code calls them. */
export type OptionTable = Readonly<Record<string, OptionDeclaration<unknown>>>;

/** What an option's type parses to, and `undefined` too where that is its default. */
export type OptionValue<D extends OptionDeclaration<unknown>> = D extends { readonly type: OptionType<infer V> }
  ? V | Extract<D['default'], undefined>
  : never;

/** The parsed values of a table. */
export type OptionValues<T extends OptionTable> = { readonly [K in keyof T]: OptionValue<T[K]> };

/** Makes a default of the wrong type an error where it is written. */
type WithFittingDefaults<T extends OptionTable> = {
  readonly [K in keyof T]: { readonly default: OptionValue<T[K]> };
};

/** Declares options; returns the table as it is, with the type of each value known. */
export function defineOptions<T extends OptionTable>(table: T & WithFittingDefaults<T>): T {
  return table;
}

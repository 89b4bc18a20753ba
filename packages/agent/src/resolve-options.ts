import type { Environment, OptionError } from './command.ts';
import type { OptionDeclaration, OptionTable, OptionValues } from './options.ts';

/** The values of a table, and all that is to be said about them. */
export interface ResolvedOptions<T extends OptionTable> {
  /** The default stands where the text given was wrong. */
  readonly values: OptionValues<T>;
  /** What set each option, by its key: `-ttl` or `TTL_VARIABLE`. */
  readonly given: ReadonlyMap<string, string>;
  readonly warnings: readonly string[];
  /** What is taken and may be meant otherwise. */
  readonly doubts: readonly OptionError[];
  readonly errors: readonly OptionError[];
}

/** A text that was given for an option, and by what: `-ttl` or `TTL_VARIABLE`. */
interface Given {
  readonly option: string;
  readonly text: string;
}

/** Gives every option its value: a flag beats a variable, a variable that is not empty beats the default. */
export function resolveOptions<T extends OptionTable>(
  options: T,
  flags: ReadonlyMap<string, string>,
  env: Environment,
): ResolvedOptions<T> {
  const values: Record<string, unknown> = {};
  const given = new Map<string, string>();
  const warnings: string[] = [];
  const doubts: OptionError[] = [];
  const errors: OptionError[] = [];

  for (const [key, declaration] of Object.entries(options)) {
    values[key] = declaration.default;
    const source = findGiven(declaration, flags, env);
    if (source === undefined) continue;
    if (declaration.deprecated !== undefined) {
      warnings.push(`${source.option} is accepted but does nothing: ${declaration.deprecated}`);
      continue;
    }
    const parsed = declaration.type.parse(source.text);
    if (parsed.ok) {
      values[key] = parsed.value;
      given.set(key, source.option);
      const doubt = declaration.type.doubt?.(source.text);
      if (doubt !== undefined) doubts.push(toOptionError(source, declaration.secret === true, doubt));
    } else {
      errors.push(toOptionError(source, declaration.secret === true, parsed.error));
    }
  }
  if (!isComplete(options, values)) throw new TypeError('an option has no value');
  return { values, given, warnings, doubts, errors };
}

function findGiven(
  { flag, variables = [] }: OptionDeclaration<unknown>,
  flags: ReadonlyMap<string, string>,
  env: Environment,
): Given | undefined {
  const text = flag === undefined ? undefined : flags.get(flag);
  if (text !== undefined) return { option: `-${flag}`, text };
  for (const variable of variables) {
    const text = env[variable];
    if (text !== undefined && text !== '') return { option: variable, text };
  }
  return undefined;
}

function toOptionError({ option, text }: Given, isSecret: boolean, message: string): OptionError {
  if (isSecret) return { option, value: '', message: `the value given ${message}` };
  if (text === '') return { option, value: '', message: `an empty value ${message}` };
  return { option, value: text, message };
}

function isComplete<T extends OptionTable>(
  options: T,
  values: Readonly<Record<string, unknown>>,
): values is OptionValues<T> {
  return Object.keys(options).every((key) => Object.hasOwn(values, key));
}

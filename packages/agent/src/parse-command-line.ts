import type { Command, CommandLine, Environment, OptionError, Positionals } from './command.ts';
import type { OptionTable } from './options.ts';
import { quoteValue, withoutCredentials } from './quote-value.ts';
import { resolveOptions } from './resolve-options.ts';
import { failure, type Result, success } from './result.ts';
import { type BuiltInRequest, scanArguments } from './scan-arguments.ts';

/**
 * Parses the arguments after the program's name, and the environment; never throws. All errors are reported at once.
 * What `-help` and `-version` ask for is `findRequest`'s to say; here they are accepted and have no effect.
 */
export function parseCommandLine<T extends OptionTable>(
  command: Command<T>,
  argv: readonly string[],
  env: Environment,
): Result<CommandLine<T>, readonly OptionError[]> {
  const scanned = scanArguments(command.options, argv);
  const resolved = resolveOptions(command.options, scanned.flags, env);
  const errors = [...scanned.errors, ...resolved.errors];
  // After an unknown flag nobody knows whether what followed was its value: counting would only add a second error.
  if (scanned.errors.length === 0)
    errors.push(...examinePositionals(command.positionals, scanned.positionals, env, errors));
  if (errors.length > 0) return failure(errors);
  return success({
    options: resolved.values,
    positionals: scanned.positionals,
    given: resolved.given,
    warnings: [...resolved.warnings, ...resolved.doubts.map(renderOptionError)],
  });
}

/** Whether the help or the version is asked for: then that is printed, whatever else the line says. */
export function findRequest(options: OptionTable, argv: readonly string[]): BuiltInRequest | undefined {
  return scanArguments(options, argv).request;
}

/**
 * An error as one line for people: `-ttl: "abc" is not a whole number of seconds`. Whoever wrote the message, a URL's
 * user and password are not in it.
 */
export function renderOptionError({ option, value, message }: OptionError): string {
  const where = quoteValue(option).slice(1, -1);
  const safe = withoutCredentials(message);
  return value === '' ? `${where}: ${safe}` : `${where}: ${quoteValue(value)} ${safe}`;
}

/** @param others what is wrong already: alone, a wrong positional is left for `configure` to tell, with all it finds */
function examinePositionals(
  { name, min, max, check }: Positionals,
  positionals: readonly string[],
  env: Environment,
  others: readonly OptionError[],
): readonly OptionError[] {
  if (positionals.length < min) {
    const message = min === 1 ? 'is missing' : `is missing: at least ${min} are needed`;
    return [{ option: name, value: '', message }];
  }
  if (positionals.length <= max) return others.length === 0 ? [] : (check?.(positionals, env) ?? []);
  return positionals.slice(max).map((value) => ({
    option: name === '' ? 'argument' : name,
    value,
    message: max === 0 ? 'is not an option, and nothing else is taken' : `is one too many: at most ${max} may be given`,
  }));
}

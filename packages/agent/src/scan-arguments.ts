import type { OptionError } from './command.ts';
import type { OptionTable } from './options.ts';
import { suggestName } from './suggest-name.ts';

/** What a command line says before any value is looked at. */
export interface ScannedArguments {
  /** The last text given for each flag, by the flag's name. */
  readonly flags: ReadonlyMap<string, string>;
  readonly positionals: readonly string[];
  readonly errors: readonly OptionError[];
  /** `-h`, `-help` or `--help` was given, or `-version`: whatever else is wrong, that is what is wanted. */
  readonly request: BuiltInRequest | undefined;
}

export type BuiltInRequest = 'help' | 'version';

/** The flags that every command has without declaring them. */
export const BUILT_IN_FLAGS: ReadonlyMap<string, BuiltInRequest> = new Map([
  ['h', 'help'],
  ['help', 'help'],
  ['version', 'version'],
]);

/**
 * Tells flags, their values and positionals apart by the rules of Go's `flag` package: one dash or two, `-ttl 40` or
 * `-ttl=40`, a switch takes a value only after `=`, a single `-` is a positional, `--` ends the options. Unlike there,
 * options may also follow positionals, and every error is reported.
 * @see https://pkg.go.dev/flag#hdr-Command_line_flag_syntax
 */
export function scanArguments(options: OptionTable, argv: readonly string[]): ScannedArguments {
  const switches = new Map<string, boolean>();
  for (const { flag, type } of Object.values(options)) {
    if (flag !== undefined) switches.set(flag, type.isSwitch === true);
  }
  const flags = new Map<string, string>();
  const positionals: string[] = [];
  const errors: OptionError[] = [];
  let request: BuiltInRequest | undefined;

  const rest = argv.values();
  for (const argument of rest) {
    if (argument === '--') {
      positionals.push(...rest);
      break;
    }
    if (!argument.startsWith('-') || argument === '-') {
      positionals.push(argument);
      continue;
    }
    const { name, value } = splitFlag(argument);
    const isSwitch = switches.get(name);
    if (isSwitch === undefined) {
      request ??= BUILT_IN_FLAGS.get(name);
      if (!BUILT_IN_FLAGS.has(name)) errors.push(unknownFlag(name, switches.keys()));
      continue;
    }
    const text = value ?? (isSwitch ? 'true' : rest.next().value);
    if (text === undefined) errors.push({ option: `-${name}`, value: '', message: 'needs a value' });
    else flags.set(name, text);
  }
  return { flags, positionals, errors, request };
}

function splitFlag(argument: string): { readonly name: string; readonly value: string | undefined } {
  const text = argument.slice(argument.startsWith('--') ? 2 : 1);
  const equals = text.indexOf('=');
  return equals === -1
    ? { name: text, value: undefined }
    : { name: text.slice(0, equals), value: text.slice(equals + 1) };
}

/** The value, if any, is not shown: it may be a secret whose flag was misspelt. */
function unknownFlag(name: string, known: Iterable<string>): OptionError {
  const suggestion = suggestName(name, [...known, ...BUILT_IN_FLAGS.keys()]);
  const hint = suggestion === undefined ? '-help lists the options' : `did you mean -${suggestion}?`;
  return { option: `-${name}`, value: '', message: `there is no such option; ${hint}` };
}

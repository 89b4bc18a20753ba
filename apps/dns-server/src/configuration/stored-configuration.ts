import { failure, type OptionDeclaration, type OptionError, type OptionTable, success } from '@wharf/agent';
import { dnsServerCommand } from '../command.ts';
import type { DnsServerConfig } from '../config.ts';
import { configure, type DnsServerLine } from '../configure.ts';
import { type JsonOption, readJsonOptions } from './json-options.ts';

type OptionKey = keyof DnsServerLine['options'];

/** Options that are looked at before the server listens, and not again. */
const AT_START: ReadonlySet<string> = new Set<OptionKey>([
  'addr',
  'addressIn',
  'udp',
  'reusePort',
  'verbose',
  'workers',
]);

/** Options that the store has no say in: how it is reached itself, files, and what every agent has. */
const NEVER: ReadonlySet<string> = new Set<OptionKey>([
  'machines',
  'tlsKey',
  'tlsPem',
  'caCert',
  'username',
  'password',
  'pathPrefix',
  'snapshot',
  'snapshotMaxAge',
  'cookieSecretFile',
  'logLevel',
  'logFormat',
  'logTo',
  'adminAddr',
]);

/** What came of a configuration; fields as they are written there. */
export interface TakenConfiguration {
  readonly errors: readonly OptionError[];
  /** Fields that are no option of this server. */
  readonly unknown: readonly string[];
  /** Fields of options that cannot be set in the store, or that do nothing here. */
  readonly ignored: readonly string[];
  /** Fields of options that are looked at at the start alone, and say something else now. */
  readonly late: readonly string[];
}

/** A server's options, and over them the configuration in its store. */
export interface StoredConfiguration {
  /** What is in force. */
  readonly server: DnsServerConfig;
  /**
   * Puts what the store says now in the place of what it said before. What is wrong in it leaves the rest in force: an
   * option whose value is wrong keeps the one that it had; a configuration that cannot be read at all, or whose values
   * do not fit together, leaves everything as it was.
   * @param json undefined: the store has no configuration
   * @param phase `start`: the server does not listen yet, so that it can be told where to
   */
  take(json: string | undefined, phase: 'start' | 'running'): TakenConfiguration;
  /**
   * The value of each option as text, null for none, and where it is from: `store`, a flag (`-ttl`), a variable
   * (`SKYDNS_ADDR`), or `default`; no secrets.
   */
  describe(): Readonly<Record<string, { readonly value: string | null; readonly from: string }>>;
}

/** Values of options that the store has set, by the names of the options. */
type Overrides = ReadonlyMap<string, unknown>;

const table: OptionTable = dnsServerCommand.options;

/**
 * @param line the flags and variables that the store's configuration goes before
 * @param server what `configure` makes of them
 */
export function createStoredConfiguration(line: DnsServerLine, server: DnsServerConfig): StoredConfiguration {
  let overrides: Overrides = new Map();
  let current = server;

  const put = (next: Overrides): readonly OptionError[] => {
    const settings = configure({ ...line, options: { ...line.options, ...Object.fromEntries(next) } });
    if (!settings.ok) return settings.error;
    overrides = next;
    current = settings.value.server;
    return [];
  };

  return {
    get server() {
      return current;
    },
    take(json, phase) {
      const read = json === undefined ? success(empty) : readJsonOptions(json, table);
      if (!read.ok) return { ...nothing, errors: [{ option: 'the configuration', value: '', message: read.error }] };
      const { options, unknown } = read.value;
      const { next, errors, ignored, late } = sift(options, phase, overrides, line);
      return { errors: [...errors, ...put(next)], unknown, ignored, late };
    },
    describe() {
      const values = Object.entries({ ...line.options, ...Object.fromEntries(overrides) });
      return Object.fromEntries(
        values.flatMap(([option, value]: readonly [string, unknown]) => {
          const declaration = table[option];
          if (declaration === undefined || declaration.secret === true || declaration.deprecated !== undefined)
            return [];
          const from = overrides.has(option) ? 'store' : (line.given.get(option) ?? 'default');
          return [[option, { value: value === undefined ? null : declaration.type.render(value), from }] as const];
        }),
      );
    },
  };
}

const empty = { options: [], unknown: [] };
const nothing: TakenConfiguration = { errors: [], unknown: [], ignored: [], late: [] };

interface Sifted {
  readonly next: Overrides;
  readonly errors: readonly OptionError[];
  readonly ignored: readonly string[];
  readonly late: readonly string[];
}

/** Tells what of a configuration is taken; `earlier` is what is in force, over the options of `line`. */
function sift(
  options: readonly JsonOption[],
  phase: 'start' | 'running',
  earlier: Overrides,
  line: DnsServerLine,
): Sifted {
  const inForce = new Map<string, unknown>([...Object.entries(line.options), ...earlier]);
  const isFixed = (option: string): boolean => phase === 'running' && AT_START.has(option);
  const next = new Map([...earlier].filter(([option]) => isFixed(option)));
  const errors: OptionError[] = [];
  const ignored: string[] = [];
  const late: string[] = [];
  for (const { field, flag, text } of options) {
    const found = findOption(flag);
    if (found === undefined) {
      ignored.push(field);
      continue;
    }
    const [option, { type }] = found;
    const parsed = text === undefined ? failure('has no value of an option') : type.parse(text);
    if (!parsed.ok) {
      errors.push({ option: field, value: text ?? '', message: parsed.error });
      if (earlier.has(option)) next.set(option, earlier.get(option));
    } else if (!isFixed(option)) {
      next.set(option, parsed.value);
    } else {
      const told = inForce.get(option);
      if (told === undefined || type.render(told) !== type.render(parsed.value)) late.push(field);
    }
  }
  return { next, errors, ignored, late };
}

/** The option of a flag, if the store may set it. */
function findOption(flag: string): readonly [string, OptionDeclaration<unknown>] | undefined {
  return Object.entries(table).find(
    ([option, declaration]) => declaration.flag === flag && declaration.deprecated === undefined && !NEVER.has(option),
  );
}

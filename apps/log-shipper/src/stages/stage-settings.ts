import {
  choice,
  defineOptions,
  durationMs,
  list,
  type OptionType,
  type OptionValues,
  success,
  toggle,
} from '@wharf/agent';
import { ownOption, routeOptionsOf } from '../routes/own-option.ts';
import type { Route } from '../routes/route.ts';
import type { RouteOption } from '../routes/route-options.ts';
import { builtInRedactionNames, builtInRedactions } from './built-in-redactions.ts';
import type { MultilineMatch, MultilineSettings } from './multiline-stage.ts';
import { compilePattern, optionalPattern, type Pattern, patternType } from './pattern.ts';
import { type RateLimit, rateLimitType } from './rate-limit.ts';
import { type Redaction, redactionsType } from './redaction.ts';

/** What is done to the lines of a route. */
export interface StageSettings {
  /** Undefined unless the route's adapter is `multiline+...`. */
  readonly multiline: (MultilineSettings & { readonly enabledByDefault: boolean }) | undefined;
  readonly include: Pattern | undefined;
  readonly exclude: Pattern | undefined;
  readonly redactions: readonly Redaction[];
  readonly rateLimit: RateLimit | undefined;
  readonly json: 'keep' | 'fields' | 'message';
}

/** Nothing is done. */
export const noStages: StageSettings = {
  multiline: undefined,
  include: undefined,
  exclude: undefined,
  redactions: [],
  rateLimit: undefined,
  json: 'keep',
};

const FLUSH_LIMIT_MS = 3_600_000;

/** A duration, or as in the original a number of milliseconds. */
const flushAfter: OptionType<number> = {
  ...durationMs({ minMs: 1, maxMs: FLUSH_LIMIT_MS }),
  parse: (text) =>
    durationMs({ minMs: 1, maxMs: FLUSH_LIMIT_MS }).parse(/^\d{1,7}$/.test(text) && text !== '0' ? `${text}ms` : text),
};

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\n', '\n'],
  ['\\t', '\t'],
  ['\\\\', '\\'],
]);

/** Text in which `\n`, `\t` and `\\` stand for a line feed, a tabulator and a backslash. */
const separator: OptionType<string> = {
  placeholder: 'text',
  parse: (text) => success(text.replace(/\\[nt\\]/g, (escape) => ESCAPES.get(escape) ?? escape)),
  render: (text) => [...ESCAPES].toReversed().reduce((left, [escape, meant]) => left.replaceAll(meant, escape), text),
};

const defaultMatch: MultilineMatch = 'nonfirst';

/** As in the original: lines that begin with white space go on with the message before them. */
const indentation: Pattern = mustCompile('^\\s');

export const stageOptions = defineOptions({
  multilinePattern: {
    flag: 'multiline-pattern',
    variables: ['MULTILINE_PATTERN'],
    type: patternType,
    default: indentation,
    summary: "On multiline routes, what tells a message's lines apart, in the syntax of Go's regexp.",
  },
  multilineMatch: {
    flag: 'multiline-match',
    variables: ['MULTILINE_MATCH'],
    type: choice(['first', 'last', 'nonfirst', 'nonlast']),
    default: defaultMatch,
    summary:
      'Which lines of a message the pattern matches: the first, the last, all but the first, or all but the last.',
  },
  multilineFlushAfter: {
    flag: 'multiline-flush-after',
    variables: ['MULTILINE_FLUSH_AFTER'],
    type: flushAfter,
    default: 500,
    summary: 'A message whose next line is not there after this long is complete; a number alone is milliseconds.',
  },
  multilineSeparator: {
    flag: 'multiline-separator',
    variables: ['MULTILINE_SEPARATOR'],
    type: separator,
    default: '\n',
    summary: 'What stands between the lines of a message; \\n is a line feed, \\t a tabulator, \\\\ a backslash.',
    example: ' | ',
  },
  multilineEnableDefault: {
    variables: ['MULTILINE_ENABLE_DEFAULT'],
    type: toggle(),
    default: true,
    summary: 'Whether multiline routes join the lines of containers that have no LOGSPOUT_MULTILINE.',
  },
  include: {
    flag: 'include',
    variables: ['INCLUDE'],
    type: optionalPattern,
    default: undefined,
    summary: "Take only lines that match, in the syntax of Go's regexp; several patterns are one with | between them.",
    example: 'error|warning',
  },
  exclude: {
    flag: 'exclude',
    variables: ['EXCLUDE'],
    type: optionalPattern,
    default: undefined,
    summary: 'Leave out lines that match, also of those that are included.',
    example: 'GET /healthz',
  },
  redact: {
    flag: 'redact',
    variables: ['REDACT'],
    type: redactionsType,
    default: [],
    summary:
      'Put [redacted], or what follows a =>, in the place of what matches; several rules stand on lines of their own.',
    example: '(password=)\\S+=>$1***',
  },
  redactBuiltIn: {
    flag: 'redact-builtin',
    variables: ['REDACT_BUILTIN'],
    type: list(choice(builtInRedactionNames)),
    default: [],
    summary: "Put [redacted] in the place of what usually is nobody else's business.",
    example: 'bearer,credit-card',
  },
  rateLimit: {
    flag: 'rate-limit',
    variables: ['RATE_LIMIT'],
    type: rateLimitType,
    default: undefined,
    summary:
      'Leave out lines that a container prints faster than this, and say in their place how many; off takes all.',
    example: '100/s,burst=1000',
  },
  parseJson: {
    flag: 'parse-json',
    variables: ['PARSE_JSON'],
    type: toggle(),
    default: false,
    summary: 'Take severity and structured data from lines that are JSON objects.',
  },
  jsonMessage: {
    flag: 'json-message',
    variables: ['JSON_MESSAGE'],
    type: toggle(),
    default: false,
    summary: 'Send only the message of such a line, without the rest of the object; goes with -parse-json or alone.',
  },
});

export type StageOptions = OptionValues<typeof stageOptions>;

/** What of `stageOptions` a route may have for itself, under the flag's name. */
export const stageRouteOptions: readonly RouteOption[] = routeOptionsOf(stageOptions);

/**
 * What the agent's options ask for, and a route's own, which beat them.
 * @throws TypeError for an option that `stageRouteOptions` refuses
 */
export function stageSettings(
  given: StageOptions,
  { multiline, options }: Pick<Route, 'multiline' | 'options'>,
): StageSettings {
  const own = <T>(option: { readonly flag: string; readonly type: OptionType<T> }, otherwise: NoInfer<T>): T =>
    ownOption(options, option, otherwise);
  const builtIn = own(stageOptions.redactBuiltIn, given.redactBuiltIn);
  const joining = {
    pattern: own(stageOptions.multilinePattern, given.multilinePattern),
    match: own(stageOptions.multilineMatch, given.multilineMatch),
    flushAfterMs: own(stageOptions.multilineFlushAfter, given.multilineFlushAfter),
    separator: own(stageOptions.multilineSeparator, given.multilineSeparator),
    enabledByDefault: given.multilineEnableDefault,
  };
  const parsesJson = own(stageOptions.parseJson, given.parseJson);
  const messageOnly = own(stageOptions.jsonMessage, given.jsonMessage);
  return {
    multiline: multiline ? joining : undefined,
    include: own(stageOptions.include, given.include),
    exclude: own(stageOptions.exclude, given.exclude),
    redactions: [
      ...own(stageOptions.redact, given.redact),
      ...[...new Set(builtIn)].map((name) => builtInRedactions[name]),
    ],
    rateLimit: own(stageOptions.rateLimit, given.rateLimit),
    json: messageOnly ? 'message' : parsesJson ? 'fields' : 'keep',
  };
}

function mustCompile(source: string): Pattern {
  const pattern = compilePattern(source);
  if (!pattern.ok) throw new TypeError(pattern.error);
  return pattern.value;
}

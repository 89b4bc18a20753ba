import { failure, type OptionType, type Result, success } from '@wharf/agent';
import { RE2JS } from 're2js';
import { nativePattern } from './native-pattern.ts';

/** A part of a text, in UTF-16 units. */
export interface PatternMatch {
  readonly start: number;
  readonly end: number;
  /** What the pattern's groups caught, the first at 0. */
  readonly groups: readonly (string | undefined)[];
}

/** A regular expression with the syntax and meaning of Go's `regexp`, which takes time in proportion to the text. */
export interface Pattern {
  readonly source: string;
  readonly groupCount: number;
  /** Whether any part of the text matches. */
  readonly test: (text: string) => boolean;
  /** The leftmost parts that match, one after the other. */
  readonly matches: (text: string) => Iterable<PatternMatch>;
  /** All of `matches` together take linear time, too; otherwise just each of them does. */
  readonly isLinear: boolean;
}

const SOURCE_LIMIT = 1_024;

/** Of RE2's instructions: where its automaton has too many states, each character costs as many steps. */
const PROGRAM_LIMIT = 1_000;

/**
 * Compiles a pattern: natively where that means the same and cannot take long, else for RE2. Lines are written by
 * anybody, and a backtracking engine can look for years at one made for its pattern.
 * @see https://github.com/google/re2/wiki/Syntax
 */
export function compilePattern(source: string): Result<Pattern, string> {
  if (source.length > SOURCE_LIMIT) return failure(`is a pattern of more than ${SOURCE_LIMIT} characters`);
  let expression: RE2JS;
  try {
    expression = RE2JS.compile(source);
    if (expression.programSize() > PROGRAM_LIMIT) return failure('is a pattern that repeats too much');
  } catch (error) {
    return failure(`is no pattern of Go's regexp: ${error instanceof Error ? error.message : String(error)}`);
  }
  const native = nativePattern(source);
  const properties = { source, groupCount: expression.groupCount(), isLinear: native !== undefined };
  if (native === undefined) {
    return success({
      ...properties,
      test: (text) => expression.test(text),
      matches: (text) => toMatches(expression.matchAll(text)),
    });
  }
  const all = new RegExp(native, `${native.flags}g`);
  return success({
    ...properties,
    test: (text) => native.test(text),
    matches: (text) => toMatches(text.matchAll(all)),
  });
}

function* toMatches(found: Iterable<RegExpMatchArray>): Iterable<PatternMatch> {
  for (const match of found) {
    const start = match.index ?? 0;
    yield { start, end: start + match[0].length, groups: match.slice(1) };
  }
}

/** A pattern as an option. */
export const patternType: OptionType<Pattern> = {
  placeholder: 'regexp',
  parse: compilePattern,
  render: ({ source }) => source,
};

/** A pattern, or none for the empty text. */
export const optionalPattern: OptionType<Pattern | undefined> = {
  placeholder: patternType.placeholder,
  parse: (text) => (text === '' ? success(undefined) : compilePattern(text)),
  render: (pattern) => pattern?.source ?? '',
};

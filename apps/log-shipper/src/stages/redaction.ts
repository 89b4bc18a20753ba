import { failure, type OptionType, type Result, success } from '@wharf/agent';
import { compilePattern, type PatternMatch } from './pattern.ts';

/** What stands in the place of what was hidden, unless told otherwise. */
export const REDACTED = '[redacted]';

/** Literal text, or the number of a group, from 0 for the first. */
export type ReplacementPart = string | number;

/** What is hidden, and by what. */
export interface Redaction {
  /** The rule as it was given. */
  readonly source: string;
  /** A quick look: false when there is nothing to hide. */
  readonly test: (text: string) => boolean;
  /** In order, not overlapping. */
  readonly matches: (text: string) => Iterable<PatternMatch>;
  /** All of `matches` together take time in proportion to the text. */
  readonly isLinear: boolean;
  readonly replacement: readonly ReplacementPart[];
}

const RULES_LIMIT = 32;

/** Parses rules, one a line: `pattern` or `pattern=>replacement`, with `$1` to `$9` for groups and `$$` for a `$`. */
export function parseRedactions(text: string): Result<readonly Redaction[], string> {
  const redactions: Redaction[] = [];
  const rules = text.split('\n').filter((rule) => rule !== '');
  if (rules.length > RULES_LIMIT) return failure(`has more than ${RULES_LIMIT} rules`);
  for (const [index, rule] of rules.entries()) {
    const redaction = parseRedaction(rule);
    if (!redaction.ok) {
      return failure(rules.length === 1 ? redaction.error : `has a rule ${index + 1} that ${redaction.error}`);
    }
    redactions.push(redaction.value);
  }
  return success(redactions);
}

/** The last `=>` counts, so that a pattern may have one of its own. */
function parseRedaction(rule: string): Result<Redaction, string> {
  const arrow = rule.lastIndexOf('=>');
  const pattern = compilePattern(arrow === -1 ? rule : rule.slice(0, arrow));
  if (!pattern.ok) return pattern;
  const { source, groupCount, isLinear, test, matches } = pattern.value;
  if (source === '' || test('')) return failure('matches the empty text');
  const replacement = parseReplacement(arrow === -1 ? REDACTED : rule.slice(arrow + '=>'.length), groupCount);
  if (!replacement.ok) return replacement;
  return success({ source: rule, test, matches, isLinear, replacement: replacement.value });
}

function parseReplacement(text: string, groupCount: number): Result<readonly ReplacementPart[], string> {
  const parts: ReplacementPart[] = [];
  for (const [part] of text.matchAll(/\$[$1-9]|[^$]+|\$/g)) {
    if (part === '$') return failure('has a $ in its replacement that is neither $1 to $9 nor $$');
    if (part === '$$') parts.push('$');
    else if (!part.startsWith('$')) parts.push(part);
    else if (Number(part[1]) > groupCount) return failure(`has a replacement with ${part}, a group that is not there`);
    else parts.push(Number(part[1]) - 1);
  }
  return success(parts);
}

/** Rules of redaction, one a line. */
export const redactionsType: OptionType<readonly Redaction[]> = {
  placeholder: 'regexp[=>text]',
  parse: parseRedactions,
  render: (redactions) => redactions.map(({ source }) => source).join('\n'),
};

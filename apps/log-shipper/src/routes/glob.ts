import { failure, type Result, success } from '@wharf/agent';

/** Whether a whole text matches a pattern. */
export type Glob = (text: string) => boolean;

/** With the length of the text, this bounds what one comparison can cost: their product. */
const PATTERN_LIMIT = 256;

/**
 * Parses a pattern in the syntax of Go's `path.Match`, which the filters of the original have: `*` any run of
 * characters but `/`, `?` one character but `/`, `[a-z]` and `[^a-z]` one character of a class, `\` takes the next one
 * literally.
 *
 * A `*` takes as little as it can and is never tried again, as in Go: labels are written by anybody, and a pattern with
 * several stars as one regular expression would look for hours at one made for it.
 * @see https://pkg.go.dev/path#Match
 */
export function parseGlob(pattern: string): Result<Glob, string> {
  if (pattern.length > PATTERN_LIMIT) return failure(`is a pattern of more than ${PATTERN_LIMIT} characters`);
  const chunks = [''];
  for (let at = 0; at < pattern.length; ) {
    const part = translatePart(pattern, at);
    if (part === undefined) return failure(`is a pattern that breaks off at ${JSON.stringify(pattern.slice(at))}`);
    if (part.source === ANY) chunks.push('');
    else chunks.push(`${chunks.pop()}${part.source}`);
    at = part.next;
  }
  return success(matchInTurn(chunks));
}

const ANY = '[^/]*';

/** @param chunks regular expressions without repetitions: what stands before, between and behind the stars */
function matchInTurn(chunks: readonly string[]): Glob {
  const expressions = chunks.map((chunk, index) => {
    const star = index === 0 ? '' : '[^/]*?';
    const end = index === chunks.length - 1 ? '$' : '';
    return new RegExp(`${star}${chunk}${end}`, 'suy');
  });
  return (text) => {
    let at = 0;
    return expressions.every((expression) => {
      expression.lastIndex = at;
      const matches = expression.test(text);
      at = expression.lastIndex;
      return matches;
    });
  };
}

interface Part {
  /** A piece of a regular expression. */
  readonly source: string;
  /** Where the next part of the pattern begins. */
  readonly next: number;
}

function translatePart(pattern: string, at: number): Part | undefined {
  const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
  const next = at + character.length;
  switch (character) {
    case '*':
      return { source: ANY, next };
    case '?':
      return { source: '[^/]', next };
    case '[':
      return translateClass(pattern, next);
    case '\\':
      return translateEscape(pattern, next);
    default:
      return { source: escapeCharacter(character), next };
  }
}

function translateEscape(pattern: string, at: number): Part | undefined {
  const code = pattern.codePointAt(at);
  if (code === undefined) return undefined;
  const character = String.fromCodePoint(code);
  return { source: escapeCharacter(character), next: at + character.length };
}

function translateClass(pattern: string, start: number): Part | undefined {
  const negated = pattern[start] === '^';
  let source = negated ? '[^' : '[';
  let at = negated ? start + 1 : start;
  for (let empty = true; pattern[at] !== ']' || empty; empty = false) {
    const low = classCharacter(pattern, at);
    if (low === undefined) return undefined;
    at = low.next;
    let high: ClassCharacter | undefined;
    if (pattern[at] === '-') {
      high = classCharacter(pattern, at + 1);
      if (high === undefined || high.code < low.code) return undefined;
      at = high.next;
    }
    source += high === undefined ? low.source : `${low.source}-${high.source}`;
  }
  return { source: `${source}]`, next: at + 1 };
}

interface ClassCharacter extends Part {
  readonly code: number;
}

function classCharacter(pattern: string, at: number): ClassCharacter | undefined {
  const escaped = pattern[at] === '\\';
  const code = pattern.codePointAt(escaped ? at + 1 : at);
  if (code === undefined) return undefined;
  const character = String.fromCodePoint(code);
  if (!escaped && (character === '-' || character === ']')) return undefined;
  return { source: escapeCharacter(character), next: at + character.length + (escaped ? 1 : 0), code };
}

/** As a code point: no character has a meaning of its own then, inside a class or outside. */
function escapeCharacter(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

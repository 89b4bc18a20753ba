import { failure, quoteValue, type Result, success } from '@wharf/agent';
import { scanSelector, type Token } from './selector-tokens.ts';
import { compileWildcard } from './wildcard.ts';

/** Which containers are meant, by their labels. */
export interface Selector {
  matches(labels: ReadonlyMap<string, string>): boolean;
}

/** Longest expression, in UTF-16 units. */
const MAX_LENGTH = 4096;

/** How many parentheses and negations may be open at a time. */
const MAX_NESTING = 50;

/**
 * Parses an expression over labels, such as `register=true && tier!=internal` or
 * `(env=prod || env=stage) && !ignored && team=web-*`.
 *
 * | test           | holds                                                                      |
 * | -------------- | -------------------------------------------------------------------------- |
 * | `label`        | when the label is there and does not say `false`, in whatever case         |
 * | `label=value`  | when the label is there and has this value; `==` is the same               |
 * | `label!=value` | when `label=value` does not hold; so also when the label is absent         |
 *
 * `!` negates the test or the parenthesis behind it, `&&` binds more closely than `||`. Words are ASCII letters, digits
 * and `._/:*-`, or anything at all in `'...'` or `"..."`. A `*` in a bare value is any text, none included.
 * Fails with a sentence that names the column and what was expected there.
 */
export function parseSelector(text: string): Result<Selector, string> {
  if (text.length > MAX_LENGTH) return failure(`it has ${text.length} characters, at most ${MAX_LENGTH} are read`);
  const tokens = scanSelector(text);
  if (!tokens.ok) return tokens;
  const cursor: Cursor = { tokens: tokens.value, at: 0 };
  const test = parseAny(cursor, 0);
  if (!test.ok) return test;
  return peek(cursor).kind === 'end' ? success({ matches: test.value }) : expected('&&, || or the end', cursor);
}

type Test = Selector['matches'];

/** What is read, and how far. */
interface Cursor {
  readonly tokens: readonly Token[];
  at: number;
}

/** Reads a part of the expression at the cursor, and moves it behind. */
type Parser = (cursor: Cursor, nesting: number) => Result<Test, string>;

const parseAny: Parser = (cursor, nesting) => {
  const parts = parseList(cursor, nesting, '||', parseAll);
  return parts.ok ? success((labels) => parts.value.some((holds) => holds(labels))) : parts;
};

const parseAll: Parser = (cursor, nesting) => {
  const parts = parseList(cursor, nesting, '&&', parseOne);
  return parts.ok ? success((labels) => parts.value.every((holds) => holds(labels))) : parts;
};

function parseList(cursor: Cursor, nesting: number, symbol: string, parse: Parser): Result<readonly Test[], string> {
  const parts: Test[] = [];
  do {
    const part = parse(cursor, nesting);
    if (!part.ok) return part;
    parts.push(part.value);
  } while (takeSymbol(cursor, symbol));
  return success(parts);
}

const parseOne: Parser = (cursor, nesting) => {
  const { column } = peek(cursor);
  if (takeSymbol(cursor, '!')) {
    if (nesting === MAX_NESTING) return tooDeep(column);
    const negated = parseOne(cursor, nesting + 1);
    return negated.ok ? success((labels) => !negated.value(labels)) : negated;
  }
  if (!takeSymbol(cursor, '(')) return parseTest(cursor);
  if (nesting === MAX_NESTING) return tooDeep(column);
  const inner = parseAny(cursor, nesting + 1);
  if (!inner.ok || takeSymbol(cursor, ')')) return inner;
  return expected(`&&, || or the ) for the ( of column ${column}`, cursor);
};

function parseTest(cursor: Cursor): Result<Test, string> {
  const label = takeWord(cursor);
  if (label === undefined) return expected('a label, ! or (', cursor);
  if (label.kind === 'bare' && label.text.includes('*')) {
    return failure(`column ${label.column}: expected a label without *, which is any text only in values`);
  }
  const name = label.text;
  const isNegated = takeSymbol(cursor, '!=');
  if (!isNegated && !takeSymbol(cursor, '=')) return success((labels) => isSet(labels.get(name)));
  const value = takeWord(cursor);
  if (value === undefined) return expected(`a value after ${isNegated ? '!=' : '='}`, cursor);
  const isMeant = value.kind === 'bare' ? compileWildcard(value.text) : (text: string) => text === value.text;
  return success((labels) => {
    const given = labels.get(name);
    return (given !== undefined && isMeant(given)) !== isNegated;
  });
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value.toLowerCase() !== 'false';
}

function takeSymbol(cursor: Cursor, symbol: string): boolean {
  const { kind, text } = peek(cursor);
  const isThere = kind === 'symbol' && text === symbol;
  if (isThere) cursor.at++;
  return isThere;
}

function takeWord(cursor: Cursor): Token | undefined {
  const token = peek(cursor);
  if (token.kind !== 'bare' && token.kind !== 'quoted') return undefined;
  cursor.at++;
  return token;
}

function peek({ tokens, at }: Cursor): Token {
  return tokens[at] ?? { kind: 'end', text: '', column: 1 };
}

function expected(what: string, cursor: Cursor): Result<never, string> {
  const { kind, text, column } = peek(cursor);
  return failure(`column ${column}: expected ${what}, found ${kind === 'end' ? 'the end' : quoteValue(text)}`);
}

function tooDeep(column: number): Result<never, string> {
  return failure(`column ${column}: at most ${MAX_NESTING} parentheses and negations can be open at a time`);
}

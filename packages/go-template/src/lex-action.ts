import { readNumber, readQuoted } from './read-constant.ts';
import { TemplateFailure } from './template-error.ts';

export type TokenKind = 'field' | 'variable' | 'name' | 'constant' | 'dot' | '|' | '(' | ')' | ':=' | '=' | ',' | 'end';

/** A word of an action. */
export interface Token {
  readonly kind: TokenKind;
  /** As written; of a field without its dot. */
  readonly text: string;
  /** Of a constant. */
  readonly value?: string | number | bigint;
  /** Whether white space precedes it, which tells `.A .B` from `.A.B`. */
  readonly spaced: boolean;
  readonly at: number;
}

/** The words between `{{` and `}}`. */
export interface LexedAction {
  /** The last one is of the kind `end`. */
  readonly tokens: readonly Token[];
  /** The offset behind the closing delimiter. */
  readonly end: number;
  readonly trimsAfter: boolean;
}

const word = /[\p{L}_][\p{L}\p{Nd}_]*/uy;
const numeral = /[+-]?\.?[0-9](?:[eE][+-]|[0-9A-Za-z_.])*/y;
const marks = [':=', '|', '(', ')', '=', ','] as const;

/** Whether a character is white space to a template: space, tab, and the ends of lines. */
export function isSpace(character: string): boolean {
  return character === ' ' || character === '\t' || character === '\n' || character === '\r';
}

/** Reads the action whose first word is at `start`; `opened` is the offset of its `{{`. */
export function lexAction(text: string, start: number, opened: number): LexedAction {
  const tokens: Token[] = [];
  let at = start;
  for (;;) {
    const from = at;
    while (isSpace(text.charAt(at))) at += 1;
    const spaced = at > from;
    const trimsAfter = spaced && text.startsWith('-}}', at);
    if (trimsAfter || text.startsWith('}}', at)) {
      tokens.push({ kind: 'end', text: '}}', spaced, at });
      return { tokens, end: at + (trimsAfter ? 3 : 2), trimsAfter };
    }
    if (at >= text.length) throw new TemplateFailure('syntax', 'the action has no end: expected }}', opened);
    const token = { ...readToken(text, at), spaced, at };
    tokens.push(token);
    at = token.end;
  }
}

interface ReadToken {
  readonly kind: TokenKind;
  readonly text: string;
  readonly value?: string | number | bigint;
  readonly end: number;
}

function readToken(text: string, at: number): ReadToken {
  const character = text.charAt(at);
  const mark = marks.find((mark) => text.startsWith(mark, at));
  if (mark !== undefined) return { kind: mark, text: mark, end: at + mark.length };
  const number = matchAt(numeral, text, at);
  if (number !== '') return { kind: 'constant', text: number, value: readNumber(number, at), end: at + number.length };
  if (character === '"' || character === "'" || character === '`') return readTextToken(text, at);
  if (character === '$') {
    const name = `$${matchAt(word, text, at + 1)}`;
    return { kind: 'variable', text: name, end: at + name.length };
  }
  if (character === '.') {
    const name = matchAt(word, text, at + 1);
    return { kind: name === '' ? 'dot' : 'field', text: name, end: at + 1 + name.length };
  }
  const name = matchAt(word, text, at);
  if (name !== '') return { kind: 'name', text: name, end: at + name.length };
  const shown = JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0));
  throw new TemplateFailure(
    'syntax',
    `unexpected ${shown}: expected a field, a variable, a function or a constant`,
    at,
  );
}

function readTextToken(text: string, at: number): ReadToken {
  if (text.charAt(at) === '`') {
    const end = text.indexOf('`', at + 1);
    if (end < 0) throw new TemplateFailure('syntax', 'the raw text has no end: expected `', at);
    const value = text.slice(at + 1, end).replaceAll('\r', '');
    return { kind: 'constant', text: text.slice(at, end + 1), value, end: end + 1 };
  }
  const { value, end } = readQuoted(text, at);
  const written = text.slice(at, end);
  if (written.startsWith('"')) return { kind: 'constant', text: written, value, end };
  const [character, ...more] = value;
  if (character === undefined || more.length > 0) {
    throw new TemplateFailure('syntax', `${written} is no character: expected one between the quotes`, at);
  }
  return { kind: 'constant', text: written, value: character.codePointAt(0) ?? 0, end };
}

function matchAt(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

import type { Node } from './ast.ts';
import type { Token } from './lex-action.ts';
import type { Segment } from './lex-template.ts';
import { TemplateFailure } from './template-error.ts';

/** How deep parentheses, control structures and values may nest. */
export const MAX_DEPTH = 100;

/** What is known while a template is parsed. */
export interface ParseState {
  readonly segments: readonly Segment[];
  /** The segment that is read next. */
  next: number;
  readonly isFunction: (name: string) => boolean;
  /** The names in scope, innermost last. */
  readonly variables: string[];
  /** Of `define` and `block`. */
  readonly definitions: Map<string, readonly Node[]>;
  /** How many `range` surround this place. */
  loops: number;
  depth: number;
}

/** The words of one action and how far they are read. */
export interface Cursor {
  readonly tokens: readonly Token[];
  next: number;
}

/** The word that is read next; behind the last one it is `end` again. */
export function peek(cursor: Cursor, ahead = 0): Token {
  const token = cursor.tokens[Math.min(cursor.next + ahead, cursor.tokens.length - 1)];
  if (token === undefined) throw new TemplateFailure('syntax', 'the action has no words: expected }}');
  return token;
}

/** Takes the next word. */
export function take(cursor: Cursor): Token {
  const token = peek(cursor);
  cursor.next += 1;
  return token;
}

/** Demands that the action ends here. */
export function expectEnd(cursor: Cursor, behind: string): void {
  const token = peek(cursor);
  if (token.kind !== 'end') throw unexpected(token, `}} behind ${behind}`);
}

export function unexpected(token: Token, expected: string): TemplateFailure {
  const shown = token.kind === 'field' ? `.${token.text}` : token.kind === 'dot' ? '.' : token.text;
  return new TemplateFailure('syntax', `unexpected ${shown}: expected ${expected}`, token.at);
}

/** Runs `parse` one level deeper. */
export function nested<Value>(state: ParseState, at: number, parse: () => Value): Value {
  if (state.depth >= MAX_DEPTH) throw new TemplateFailure('limit', `nested deeper than ${MAX_DEPTH} levels`, at);
  state.depth += 1;
  const value = parse();
  state.depth -= 1;
  return value;
}

/** Runs `parse`; the variables that it declares are gone afterwards. */
export function scoped<Value>(state: ParseState, parse: () => Value): Value {
  const mark = state.variables.length;
  const value = parse();
  state.variables.length = mark;
  return value;
}

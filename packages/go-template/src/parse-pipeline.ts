import type { Base, Command, Operand, Pipeline } from './ast.ts';
import type { Token } from './lex-action.ts';
import { type Cursor, nested, type ParseState, peek, take, unexpected } from './parse-state.ts';
import { TemplateFailure } from './template-error.ts';

const operandWords = 'a field, a variable, a function, a constant or (';

/** Reads a pipeline up to `}}` or `)`, which is left. In `range` two variables may be set. */
export function parsePipeline(state: ParseState, cursor: Cursor, place: 'range' | 'elsewhere' = 'elsewhere'): Pipeline {
  const at = peek(cursor).at;
  const { variables, declares } = readVariables(cursor, place);
  const commands = [parseCommand(state, cursor, 1)];
  while (peek(cursor).kind === '|') {
    take(cursor);
    commands.push(parseCommand(state, cursor, commands.length + 1));
  }
  for (const { text, at } of variables) {
    if (declares) state.variables.push(text);
    else requireVariable(state, text, at);
  }
  return { commands, variables: variables.map(({ text }) => text), declares, at };
}

function readVariables(cursor: Cursor, place: 'range' | 'elsewhere') {
  const first = peek(cursor);
  const none = { variables: [], declares: false };
  if (first.kind !== 'variable') return none;
  const isPair = peek(cursor, 1).kind === ',';
  const operator = peek(cursor, isPair ? 3 : 1);
  if (operator.kind !== ':=' && operator.kind !== '=') {
    if (isPair) throw unexpected(operator, 'two variables and :=, as in {{range $i, $e := .}}');
    return none;
  }
  const second = peek(cursor, 2);
  if (isPair && place !== 'range') throw unexpected(peek(cursor, 1), 'one variable: two are for range');
  if (isPair && second.kind !== 'variable') throw unexpected(second, 'the second variable');
  cursor.next += isPair ? 4 : 2;
  return { variables: isPair ? [first, second] : [first], declares: operator.kind === ':=' };
}

function parseCommand(state: ParseState, cursor: Cursor, stage: number): Command {
  const first = parseOperand(state, cursor);
  const operands: [Operand, ...Operand[]] = [first];
  for (let token = peek(cursor); !endsCommand(token); token = peek(cursor)) {
    if (!token.spaced) throw unexpected(token, 'a space between operands');
    operands.push(parseOperand(state, cursor));
  }
  if (first.base.kind === 'nil')
    throw new TemplateFailure('syntax', 'nil is not a command: expected a value', first.at);
  const isValue = first.path.length === 0 && (first.base.kind === 'constant' || first.base.kind === 'dot');
  if (isValue && (stage > 1 || operands.length > 1)) {
    throw new TemplateFailure('syntax', 'a value takes no arguments: expected a function', first.at);
  }
  return { operands, at: first.at };
}

function endsCommand(token: Token): boolean {
  return token.kind === 'end' || token.kind === '|' || token.kind === ')';
}

function parseOperand(state: ParseState, cursor: Cursor): Operand {
  const token = take(cursor);
  const base = parseBase(state, cursor, token);
  const path = token.kind === 'field' ? [token.text] : [];
  while (peek(cursor).kind === 'field' && !peek(cursor).spaced) path.push(take(cursor).text);
  const hasFields = base.kind === 'variable' || base.kind === 'pipeline' || token.kind === 'field';
  if (path.length > 0 && !hasFields) {
    throw new TemplateFailure(
      'syntax',
      `no field can follow ${token.text || '.'}: expected a space or parentheses`,
      token.at,
    );
  }
  return { base, path, at: token.at };
}

function parseBase(state: ParseState, cursor: Cursor, token: Token): Base {
  const { kind, text, at } = token;
  if (kind === 'dot' || kind === 'field') return { kind: 'dot' };
  if (kind === 'constant') return { kind, value: token.value ?? '' };
  if (kind === 'name') return parseName(state, token);
  if (kind === 'variable') {
    requireVariable(state, text, at);
    return { kind, name: text };
  }
  if (kind !== '(') throw unexpected(token, operandWords);
  return { kind: 'pipeline', pipeline: nested(state, at, () => parseParentheses(state, cursor)) };
}

function parseParentheses(state: ParseState, cursor: Cursor): Pipeline {
  const pipeline = parsePipeline(state, cursor);
  const closing = take(cursor);
  if (closing.kind !== ')') throw unexpected(closing, ')');
  return pipeline;
}

function parseName(state: ParseState, { text, at }: Token): Base {
  if (text === 'nil') return { kind: 'nil' };
  if (text === 'true' || text === 'false') return { kind: 'constant', value: text === 'true' };
  if (state.isFunction(text)) return { kind: 'function', name: text };
  throw new TemplateFailure('unknown-name', `no function is named ${text}: expected one of Go or of this setting`, at);
}

function requireVariable(state: ParseState, name: string, at: number): void {
  if (state.variables.includes(name)) return;
  throw new TemplateFailure('unknown-name', `no variable is named ${name} here: expected one set before with :=`, at);
}

import type { Branch, Node } from './ast.ts';
import type { Token } from './lex-action.ts';
import { parsePipeline } from './parse-pipeline.ts';
import { type Cursor, expectEnd, nested, type ParseState, peek, scoped, take, unexpected } from './parse-state.ts';
import { TemplateFailure } from './template-error.ts';

/** What ended a list of nodes: the text's end, `{{end}}`, or `{{else}}` with the rest of its words. */
interface List {
  readonly nodes: readonly Node[];
  readonly closing: 'nothing' | 'end' | 'else';
  readonly cursor: Cursor;
}

type Opening = 'if' | 'with' | 'range';

/** Reads a whole template; what it defines besides is in `state.definitions`. */
export function parseNodes(state: ParseState): readonly Node[] {
  const list = parseList(state);
  if (list.closing === 'nothing') return list.nodes;
  const token = peek(list.cursor);
  throw new TemplateFailure(
    'syntax',
    `{{${list.closing}}} closes nothing: expected if, with or range before`,
    token.at,
  );
}

function parseList(state: ParseState): List {
  const nodes: Node[] = [];
  for (;;) {
    const segment = state.segments[state.next];
    if (segment === undefined) return { nodes, closing: 'nothing', cursor: { tokens: [], next: 0 } };
    state.next += 1;
    if (segment.kind === 'text') {
      nodes.push(segment);
      continue;
    }
    const cursor = { tokens: segment.tokens, next: 0 };
    const word = peek(cursor);
    if (word.kind === 'name' && (word.text === 'end' || word.text === 'else')) {
      return { nodes, closing: word.text, cursor };
    }
    nodes.push(...parseAction(state, cursor, word));
  }
}

/** The nodes of an action; a definition has none. */
function parseAction(state: ParseState, cursor: Cursor, word: Token): readonly Node[] {
  const { at } = word;
  switch (word.kind === 'name' ? word.text : '') {
    case 'if':
    case 'with':
    case 'range':
      take(cursor);
      return [parseBranch(state, cursor, word)];
    case 'break':
    case 'continue':
      return [parseJump(state, cursor)];
    case 'define':
    case 'block':
      take(cursor);
      return nested(state, at, () => parseDefinition(state, cursor, word));
    case 'template':
      take(cursor);
      return [parseTemplateCall(state, cursor, at)];
    default: {
      const pipeline = parsePipeline(state, cursor);
      expectEnd(cursor, 'the pipeline');
      return [{ kind: 'action', pipeline, at }];
    }
  }
}

function parseJump(state: ParseState, cursor: Cursor): Node {
  const word = take(cursor);
  const kind = word.text === 'break' ? 'break' : 'continue';
  if (state.loops === 0) throw new TemplateFailure('syntax', `{{${kind}}} outside range: expected it within`, word.at);
  expectEnd(cursor, kind);
  return { kind, at: word.at };
}

function parseBranch(state: ParseState, cursor: Cursor, word: Token): Node {
  const kind: Opening = word.text === 'if' ? 'if' : word.text === 'with' ? 'with' : 'range';
  const branch = nested(state, word.at, () => scoped(state, () => parseBranchParts(state, cursor, word, kind)));
  return { kind, branch, at: word.at };
}

function parseBranchParts(state: ParseState, cursor: Cursor, word: Token, kind: Opening): Branch {
  const pipeline = parsePipeline(state, cursor, kind === 'range' ? 'range' : 'elsewhere');
  expectEnd(cursor, kind);
  const loop = kind === 'range' ? 1 : 0;
  state.loops += loop;
  const body = scoped(state, () => parseList(state));
  state.loops -= loop;
  if (body.closing === 'nothing') throw unclosed(word);
  if (body.closing === 'end') {
    closeList(body.cursor);
    return { pipeline, body: body.nodes, otherwise: [] };
  }
  return { pipeline, body: body.nodes, otherwise: parseElse(state, body.cursor, word, kind) };
}

function parseElse(state: ParseState, cursor: Cursor, opening: Token, kind: Opening): readonly Node[] {
  take(cursor);
  const word = peek(cursor);
  if (word.kind === 'name' && word.text === kind && kind !== 'range') {
    take(cursor);
    return [parseBranch(state, cursor, word)];
  }
  expectEnd(cursor, 'else');
  const list = scoped(state, () => parseList(state));
  if (list.closing === 'nothing') throw unclosed(opening);
  if (list.closing === 'else') throw unexpected(peek(list.cursor), '{{end}}: there is an {{else}} already');
  closeList(list.cursor);
  return list.nodes;
}

/** `{{define "name"}}…{{end}}`, and `{{block "name" pipeline}}…{{end}}`, which is used where it stands. */
function parseDefinition(state: ParseState, cursor: Cursor, word: Token): readonly Node[] {
  if (word.text === 'define' && state.depth > 1) throw unexpected(word, 'define outside other actions');
  const name = readName(cursor);
  const pipeline = word.text === 'block' ? parsePipeline(state, cursor) : undefined;
  expectEnd(cursor, word.text);
  const list = parseIsolated(state);
  if (list.closing === 'nothing') throw unclosed(word);
  if (list.closing === 'else') throw unexpected(peek(list.cursor), '{{end}}');
  closeList(list.cursor);
  state.definitions.set(name, list.nodes);
  return pipeline === undefined ? [] : [{ kind: 'template', name, pipeline, at: word.at }];
}

/** A definition sees neither the variables nor the loops around it. */
function parseIsolated(state: ParseState): List {
  const variables = state.variables.splice(1);
  const { loops } = state;
  state.loops = 0;
  const list = scoped(state, () => parseList(state));
  state.loops = loops;
  state.variables.push(...variables);
  return list;
}

function parseTemplateCall(state: ParseState, cursor: Cursor, at: number): Node {
  const name = readName(cursor);
  const pipeline = peek(cursor).kind === 'end' ? undefined : parsePipeline(state, cursor);
  expectEnd(cursor, 'template');
  return { kind: 'template', name, pipeline, at };
}

function readName(cursor: Cursor): string {
  const token = take(cursor);
  if (token.kind === 'constant' && typeof token.value === 'string') return token.value;
  throw unexpected(token, 'a name in quotes');
}

function closeList(cursor: Cursor): void {
  take(cursor);
  expectEnd(cursor, 'end');
}

function unclosed(word: Token): TemplateFailure {
  return new TemplateFailure('syntax', `{{${word.text}}} is not closed: expected {{end}}`, word.at);
}

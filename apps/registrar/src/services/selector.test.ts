import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSelector } from './selector.ts';

function matches(expression: string, labels: Readonly<Record<string, string>>): boolean {
  const selector = parseSelector(expression);
  if (!selector.ok) throw new Error(selector.error);
  return selector.value.matches(new Map(Object.entries(labels)));
}

describe('a test of a label', () => {
  it.each([
    ['a', {}, false],
    ['a', { a: '' }, true],
    ['a', { a: 'true' }, true],
    ['a', { a: '0' }, true],
    ['a', { a: 'false' }, false],
    ['a', { a: 'False' }, false],
    ['com.example.role', { 'com.example.role': 'db' }, true],
    ["'a b'", { 'a b': '1' }, true],
    ['"a*"', { 'a*': '1' }, true],
    ['a=b', { a: 'b' }, true],
    ['a==b', { a: 'b' }, true],
    ['a = b', { a: 'b' }, true],
    ['a=b', { a: 'B' }, false],
    ['a=b', {}, false],
    ['a=false', { a: 'false' }, true],
    ["a=''", { a: '' }, true],
    ["a=''", {}, false],
    ['a!=b', { a: 'c' }, true],
    ['a!=b', { a: 'b' }, false],
    ['a!=b', {}, true],
    ['a=web-*', { a: 'web-1' }, true],
    ['a=web-*', { a: 'my-web-1' }, false],
    ['a!=web-*', { a: 'web-1' }, false],
    ['a=*', { a: '' }, true],
    ['a=*', {}, false],
    ["a='web-*'", { a: 'web-1' }, false],
    ["a='web-*'", { a: 'web-*' }, true],
    ['a="it\'s"', { a: "it's" }, true],
    ["a='x && y'", { a: 'x && y' }, true],
    ['a=registry:5000/team/app', { a: 'registry:5000/team/app' }, true],
    ['constructor', {}, false],
  ])('%s on %j: %s', (expression, labels, expected) => {
    expect(matches(expression, labels)).toBe(expected);
  });
});

describe('tests together', () => {
  it.each([
    ['register=true && tier!=internal', { register: 'true' }, true],
    ['register=true && tier!=internal', { register: 'true', tier: 'internal' }, false],
    ['!ignored', {}, true],
    ['!ignored', { ignored: 'false' }, true],
    ['!ignored', { ignored: 'yes' }, false],
    ['!!a', { a: '1' }, true],
    ['!a=b', { a: 'b' }, false],
    ['!a && b', { b: '1' }, true],
    ['!(a && b)', { b: '1' }, true],
    ['a || b && c', { a: '1' }, true],
    ['(a || b) && c', { a: '1' }, false],
    ['a&&b||c', { c: '1' }, true],
    ['(env=prod || env=stage) && team=web-*', { env: 'stage', team: 'web-1' }, true],
    ['(env=prod || env=stage) && team=web-*', { env: 'dev', team: 'web-1' }, false],
    ['\t( ( a ) )\n', { a: '1' }, true],
  ])('%s on %j: %s', (expression, labels, expected) => {
    expect(matches(expression, labels)).toBe(expected);
  });
});

describe('parseSelector', () => {
  it.each([
    ['', 'column 1: expected a label, ! or (, found the end'],
    ['a &&', 'column 5: expected a label, ! or (, found the end'],
    ['&& a', 'column 1: expected a label, ! or (, found "&&"'],
    ['!=a', 'column 1: expected a label, ! or (, found "!="'],
    ['()', 'column 2: expected a label, ! or (, found ")"'],
    ['a b', 'column 3: expected &&, || or the end, found "b"'],
    ['a)', 'column 2: expected &&, || or the end, found ")"'],
    ['a=b=c', 'column 4: expected &&, || or the end, found "="'],
    ['x || (a', 'column 8: expected &&, || or the ) for the ( of column 6, found the end'],
    ['a=', 'column 3: expected a value after =, found the end'],
    ['a=!b', 'column 3: expected a value after =, found "!"'],
    ['a != && b', 'column 6: expected a value after !=, found "&&"'],
    ['a & b', 'column 3: expected &&, found one & alone'],
    ['a | b', 'column 3: expected ||, found one | alone'],
    ['com.*=1', 'column 1: expected a label without *, which is any text only in values'],
    ["a='b", "column 3: expected another ' at the end of what this one begins"],
    ["'\u{1f600}' b", 'column 5: expected &&, || or the end, found "b"'],
    ['a=b,c', 'column 4: expected a label, a value or an operator, found ","; a word with it goes in quotes'],
    ['caf\u00e9', 'column 4: expected a label, a value or an operator, found "\u00e9"; a word with it goes in quotes'],
    ['a'.repeat(4_097), 'it has 4097 characters, at most 4096 are read'],
    [`${'!'.repeat(51)}a`, 'column 51: at most 50 parentheses and negations can be open at a time'],
    [`${'('.repeat(51)}a`, 'column 51: at most 50 parentheses and negations can be open at a time'],
  ])('refuses %.30j: %s', (expression, error) => {
    expect(parseSelector(expression)).toEqual({ ok: false, error });
  });

  it('reads expressions as large as they may be', () => {
    expect(matches(`${'(!'.repeat(25)}a${')'.repeat(25)}`, {})).toBe(true);
    expect(matches(Array.from({ length: 1_000 }, () => 'a').join('||'), { a: '' })).toBe(true);
  });

  it('never throws', () => {
    const pieces = fc.constantFrom(
      'a',
      '*',
      '=',
      '!=',
      '!',
      '&&',
      '&',
      '||',
      '(',
      ')',
      '"',
      "'",
      ' ',
      '\u00e9',
      '\ud800',
    );
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: pieces })), (text) => {
        expect(typeof parseSelector(text).ok).toBe('boolean');
      }),
    );
  });
});

type Tree =
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'is' | 'isNot'; readonly label: string; readonly value: string; readonly isQuoted: boolean }
  | { readonly kind: 'not'; readonly inner: Tree }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Tree[] };

const label = fc.constantFrom('a', 'b', 'c.d');
const value = fc.constantFrom('', 'x', 'y', 'xy', 'false', '*', 'x*');
const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.record({ kind: fc.constant('label' as const), label }),
    fc.record({ kind: fc.constantFrom('is' as const, 'isNot' as const), label, value, isQuoted: fc.boolean() }),
    fc.record({ kind: fc.constant('not' as const), inner: tie('tree') }),
    fc.record({
      kind: fc.constantFrom('and' as const, 'or' as const),
      parts: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }),
  ),
}));

/** With parentheses only where the grammar needs them. */
function render(node: Tree, within: 'or' | 'and' | 'not' = 'or'): string {
  if (node.kind === 'label') return node.label;
  if (node.kind === 'not') return `!${render(node.inner, 'not')}`;
  if ('value' in node) {
    const written = node.isQuoted || node.value === '' ? `'${node.value}'` : node.value;
    return `${node.label}${node.kind === 'is' ? '=' : '!='}${written}`;
  }
  const { kind, parts } = node;
  const text = parts.map((part) => render(part, kind)).join(kind === 'and' ? ' && ' : ' || ');
  return within === 'or' || (within === 'and' && kind === 'and') ? text : `(${text})`;
}

function evaluate(node: Tree, labels: ReadonlyMap<string, string>): boolean {
  if (node.kind === 'label') return labels.has(node.label) && labels.get(node.label) !== 'false';
  if (node.kind === 'not') return !evaluate(node.inner, labels);
  if ('parts' in node) {
    const evaluatePart = (part: Tree) => evaluate(part, labels);
    return node.kind === 'and' ? node.parts.every(evaluatePart) : node.parts.some(evaluatePart);
  }
  const given = labels.get(node.label);
  const isPrefix = !node.isQuoted && node.value.endsWith('*');
  const isEqual = isPrefix ? given?.startsWith(node.value.slice(0, -1)) === true : given === node.value;
  return isEqual === (node.kind === 'is');
}

describe('an expression', () => {
  it('means what the tree means that it was written from', () => {
    const labels = fc.dictionary(label, fc.constantFrom('', 'x', 'y', 'xy', 'false', '*', 'x*'));
    fc.assert(
      fc.property(tree, labels, (node, given) => {
        expect(matches(render(node), given)).toBe(evaluate(node, new Map(Object.entries(given))));
      }),
      { numRuns: 1_000 },
    );
  });
});

import { evaluationFailure } from './value.ts';

/** The longest pattern, in characters. */
export const MAX_PATTERN_LENGTH = 256;

/** The most that `{n,m}` may say. */
const MAX_REPEAT = 100;

/** Whether a code point is one that is looked for. */
export type CharacterTest = (code: number) => boolean;

/** A regular expression, in the part of RE2's syntax that decides without looking back. */
export type Pattern =
  | { readonly kind: 'character'; readonly test: CharacterTest }
  | { readonly kind: 'assertion'; readonly assertion: 'start' | 'end' | 'edge' | 'inside' }
  | { readonly kind: 'sequence' | 'choice'; readonly parts: readonly Pattern[] }
  | { readonly kind: 'repeat'; readonly part: Pattern; readonly least: number; readonly most: number };

const isDigit: CharacterTest = (code) => code >= 48 && code <= 57;
const isUpper: CharacterTest = (code) => code >= 65 && code <= 90;
const isLower: CharacterTest = (code) => code >= 97 && code <= 122;
const isBlank: CharacterTest = (code) => code === 32 || code === 9 || code === 10 || code === 12 || code === 13;
const not =
  (test: CharacterTest): CharacterTest =>
  (code) =>
    !test(code);

/** Letters, digits and `_`: `\w`, and what `\b` is the edge of. */
export const isWord: CharacterTest = (code) => isDigit(code) || isUpper(code) || isLower(code) || code === 95;

const classes: ReadonlyMap<string, CharacterTest> = new Map([
  ['d', isDigit],
  ['D', not(isDigit)],
  ['w', isWord],
  ['W', not(isWord)],
  ['s', isBlank],
  ['S', not(isBlank)],
]);
const assertions = new Map([
  ['A', 'start'],
  ['z', 'end'],
  ['b', 'edge'],
  ['B', 'inside'],
] as const);
const controls: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['f', '\f'],
  ['v', '\v'],
]);

interface Reader {
  readonly characters: readonly string[];
  next: number;
  readonly ignoresCase: boolean;
}

/**
 * Reads a pattern: characters, `.`, `[a-z]`, `\d \w \s \b` and their opposites, `^ $ \A \z`, groups, `|`, `* + ? {n,m}`, and `(?i)`
 * at its begin. Fails with a sentence for anything else; look-around and back references are not in RE2 either.
 */
export function parsePattern(text: string): Pattern {
  if (text.length > MAX_PATTERN_LENGTH) throw badPattern(`is longer than ${MAX_PATTERN_LENGTH} characters`);
  const ignoresCase = text.startsWith('(?i)');
  const reader: Reader = { characters: Array.from(ignoresCase ? text.slice(4) : text), next: 0, ignoresCase };
  const pattern = readChoice(reader);
  if (reader.next < reader.characters.length) throw badPattern('has a ) without (');
  return pattern;
}

function readChoice(reader: Reader): Pattern {
  const parts = [readSequence(reader)];
  while (accept(reader, '|')) parts.push(readSequence(reader));
  return parts[0] !== undefined && parts.length === 1 ? parts[0] : { kind: 'choice', parts };
}

function readSequence(reader: Reader): Pattern {
  const parts: Pattern[] = [];
  for (let next = peek(reader); next !== undefined && next !== '|' && next !== ')'; next = peek(reader)) {
    parts.push(readRepeats(reader, readAtom(reader)));
  }
  return { kind: 'sequence', parts };
}

function readRepeats(reader: Reader, part: Pattern): Pattern {
  if (accept(reader, '*')) return repeat(reader, part, 0, Number.POSITIVE_INFINITY);
  if (accept(reader, '+')) return repeat(reader, part, 1, Number.POSITIVE_INFINITY);
  if (accept(reader, '?')) return repeat(reader, part, 0, 1);
  const rest = peek(reader) === '{' ? reader.characters.slice(reader.next, reader.next + 9).join('') : '';
  const counts = /^\{(\d{1,3})(,(\d{0,3}))?\}/.exec(rest);
  if (counts === null) return part;
  reader.next += counts[0].length;
  const least = Number(counts[1]);
  const open = counts[3] === '' ? Number.POSITIVE_INFINITY : Number(counts[3]);
  const most = counts[2] === undefined ? least : open;
  if (least > MAX_REPEAT || (most > MAX_REPEAT && Number.isFinite(most)) || least > most) {
    throw badPattern(`has a count that is not in order or above ${MAX_REPEAT}`);
  }
  return repeat(reader, part, least, most);
}

/** `?` behind says which match to prefer, which does not matter to whether there is one. */
function repeat(reader: Reader, part: Pattern, least: number, most: number): Pattern {
  accept(reader, '?');
  const next = peek(reader);
  if (next === '*' || next === '+' || next === '?') throw badPattern('repeats a repetition');
  return { kind: 'repeat', part, least, most };
}

function readAtom(reader: Reader): Pattern {
  const character = takeCharacter(reader);
  switch (character) {
    case '^':
      return { kind: 'assertion', assertion: 'start' };
    case '$':
      return { kind: 'assertion', assertion: 'end' };
    case '.':
      return { kind: 'character', test: (code) => code !== 10 };
    case '(':
      return readGroup(reader);
    case '[':
      return { kind: 'character', test: readSet(reader) };
    case '\\': {
      const assertion = Array.from(assertions).find(([letter]) => letter === peek(reader))?.[1];
      if (assertion === undefined) return { kind: 'character', test: testOf(reader, readEscape(reader)) };
      reader.next += 1;
      return { kind: 'assertion', assertion };
    }
    case '*':
    case '+':
    case '?':
      throw badPattern(`has a ${character} with nothing to repeat`);
    default:
      return { kind: 'character', test: testOf(reader, character) };
  }
}

function readGroup(reader: Reader): Pattern {
  if (accept(reader, '?')) {
    if (accept(reader, 'P')) readGroupName(reader);
    else if (!accept(reader, ':')) throw badPattern('has a group other than (...), (?:...) or (?P<name>...)');
  }
  const pattern = readChoice(reader);
  if (!accept(reader, ')')) throw badPattern('has a ( without )');
  return pattern;
}

function readGroupName(reader: Reader): void {
  if (!accept(reader, '<')) throw badPattern('has a group name without <');
  while (takeCharacter(reader) !== '>');
}

function readSet(reader: Reader): CharacterTest {
  const isNegated = accept(reader, '^');
  const tests: CharacterTest[] = [];
  do tests.push(readSetItem(reader));
  while (!accept(reader, ']'));
  const test: CharacterTest = (code) => tests.some((test) => test(code));
  return isNegated ? not(test) : test;
}

function readSetItem(reader: Reader): CharacterTest {
  const first = readSetCharacter(reader);
  if (typeof first !== 'string') return first;
  const isRange = peek(reader) === '-' && reader.characters[reader.next + 1] !== ']';
  if (!isRange) return testOf(reader, first);
  reader.next += 1;
  const last = readSetCharacter(reader);
  if (typeof last !== 'string') throw badPattern('has a range that does not end with a character');
  const from = codeOf(first);
  const to = codeOf(last);
  if (from > to) throw badPattern('has a range whose end precedes its begin');
  const test: CharacterTest = (code) => code >= from && code <= to;
  return reader.ignoresCase ? (code) => foldings(code).some(test) : test;
}

function readSetCharacter(reader: Reader): string | CharacterTest {
  const character = takeCharacter(reader);
  if (character === '[' && peek(reader) === ':') throw badPattern('has a [:class:], which is not known');
  return character === '\\' ? readEscape(reader) : character;
}

function readEscape(reader: Reader): string | CharacterTest {
  const letter = takeCharacter(reader);
  const known = classes.get(letter) ?? controls.get(letter);
  if (known !== undefined) return known;
  if (/^[0-9A-Za-z]$/.test(letter)) throw badPattern(`has the escape \\${letter}, which is not known`);
  return letter;
}

function testOf(reader: Reader, character: string | CharacterTest): CharacterTest {
  if (typeof character !== 'string') return character;
  const wanted = codeOf(character);
  return reader.ignoresCase ? (code) => foldings(code).includes(wanted) : (code) => code === wanted;
}

function foldings(code: number): readonly number[] {
  const character = String.fromCodePoint(code);
  return [code, codeOf(character.toLowerCase()), codeOf(character.toUpperCase())];
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

function peek(reader: Reader): string | undefined {
  return reader.characters[reader.next];
}

function takeCharacter(reader: Reader): string {
  const character = peek(reader);
  if (character === undefined) throw badPattern('ends too early');
  reader.next += 1;
  return character;
}

function accept(reader: Reader, character: string): boolean {
  if (peek(reader) !== character) return false;
  reader.next += 1;
  return true;
}

/** Why a text is no pattern. */
export function badPattern(problem: string) {
  return evaluationFailure(`the pattern ${problem}: expected a regular expression in Go's syntax`);
}

import { DEFAULT_LIMITS } from './budget.ts';
import type { TemplateFunction } from './callable.ts';
import { scalarText } from './format-value.ts';
import { compilePattern } from './match-pattern.ts';
import { TemplateFailure } from './template-error.ts';
import { toJson } from './to-json.ts';
import { entryOf, evaluationFailure, typeName, valueOf } from './value.ts';

/** The longest text that a function takes or gives, in UTF-16 code units. */
export const MAX_FUNCTION_TEXT = 1_048_576;

/**
 * Functions over texts and lists, by Registrator's names. The value that is worked on comes last, so that it can be piped.
 * Numbers, lists and maps are known by their type and may stand anywhere; nil counts as empty.
 */
export const stringFunctions: Readonly<Record<string, TemplateFunction>> = {
  /** `toUpper TEXT` */
  toUpper: (...args) => textsOf('toUpper', args, 1)[0]?.toUpperCase(),
  /** `toLower TEXT` */
  toLower: (...args) => textsOf('toLower', args, 1)[0]?.toLowerCase(),
  /** `replace OLD NEW TEXT`: all of them, or with a number as many. */
  replace,
  /** `join SEPARATOR LIST` */
  join,
  /** `split SEPARATOR TEXT`: a list; of no separator, the characters. */
  split: (...args) => splitText('split', args),
  /** `splitIndex INDEX SEPARATOR TEXT`: one piece, the empty text when there are fewer. */
  splitIndex: (...args) => {
    const [index = 0] = numbersOf('splitIndex', args, 1, 1);
    return splitText('splitIndex', args.filter(isNoNumber))[index] ?? '';
  },
  /** `strSlice FROM TEXT`, `strSlice FROM TO TEXT`: by characters; bounds beyond the text are its end. */
  strSlice: (...args) => {
    const [from, to] = numbersOf('strSlice', args, 1, 2);
    const [text = ''] = textsOf('strSlice', args.filter(isNoNumber), 1);
    return Array.from(text).slice(from, to).join('');
  },
  /** `sIndex INDEX LIST`: the empty text when there are fewer. */
  sIndex: (...args) => {
    const [index = 0] = numbersOf('sIndex', args, 1, 1);
    return listOf('sIndex', args.filter(isNoNumber))[index] ?? '';
  },
  /** `mIndex KEY MAP`: the empty text when there is none. */
  mIndex,
  /** `matchFirstElement PATTERN LIST`: the first text that matches, or the empty one. */
  matchFirstElement: (...args) => {
    const { list, matches } = matcherOf('matchFirstElement', args);
    return list.find(matches) ?? '';
  },
  /** `matchAllElements PATTERN LIST`: the texts that match. */
  matchAllElements: (...args) => {
    const { list, matches } = matcherOf('matchAllElements', args);
    return list.filter(matches);
  },
  /** `jsonParse TEXT`: the value; no text gives nil. */
  jsonParse: (...args) => parseJson(textsOf('jsonParse', args, 1)[0] ?? ''),
  /** `toJSON VALUE` */
  toJSON: (...args) => {
    if (args.length !== 1) throw wrongArguments('toJSON', 'one value');
    return toJson(args[0], { ...DEFAULT_LIMITS, outputLength: MAX_FUNCTION_TEXT });
  },
};

function replace(...args: readonly unknown[]): string {
  const [most = -1] = numbersOf('replace', args, 0, 1);
  const [old = '', fresh = '', text = ''] = textsOf('replace', args.filter(isNoNumber), 3);
  const pieces = old === '' ? ['', ...Array.from(text), ''] : text.split(old);
  const kept = most < 0 ? pieces.length - 1 : Math.min(most, pieces.length - 1);
  bounded(text.length + kept * fresh.length);
  const rest = pieces.slice(kept).join(old);
  return [...pieces.slice(0, kept), rest].join(fresh);
}

function join(...args: readonly unknown[]): string {
  const [separator = ''] = textsOf('join', args.filter(isText), 1);
  const texts = listOf('join', args.filter(isNoText)).map((element) => elementText('join', element));
  bounded(texts.reduce((length, text) => length + text.length + separator.length, 0));
  return texts.join(separator);
}

function splitText(name: string, args: readonly unknown[]): readonly string[] {
  const [separator = '', text = ''] = textsOf(name, args, 2);
  return separator === '' ? Array.from(text) : text.split(separator);
}

function mIndex(...args: readonly unknown[]): unknown {
  const [key = ''] = textsOf('mIndex', args.filter(isText), 1);
  const [map, ...more] = args.filter(isNoText).map(valueOf);
  if (map === undefined || more.length > 0) throw wrongArguments('mIndex', 'a key and a map');
  if (map.kind === 'nil') return '';
  if (map.kind !== 'map') throw wrongArguments('mIndex', 'a key and a map');
  return entryOf(map.map, key)?.value ?? '';
}

function matcherOf(name: string, args: readonly unknown[]) {
  const [pattern = ''] = textsOf(name, args.filter(isText), 1);
  const list = listOf(name, args.filter(isNoText));
  const matches = compilePattern(pattern);
  return { list, matches: (element: unknown) => matches(elementText(name, element)) };
}

function parseJson(text: string): unknown {
  if (text === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch (error) {
    throw new TemplateFailure('evaluation', 'jsonParse got a text that is not JSON', undefined, { cause: error });
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNoText(value: unknown): boolean {
  return typeof value !== 'string';
}

function isNoNumber(value: unknown): boolean {
  return typeof value !== 'number';
}

function textsOf(name: string, args: readonly unknown[], count: number): readonly string[] {
  if (args.length !== count) throw wrongArguments(name, count === 1 ? 'one text' : `${count} texts`);
  return args.map((value) => {
    const known = valueOf(value);
    if (known.kind === 'nil') return '';
    if (known.kind !== 'string') throw wrongArguments(name, `text, not ${typeName(value)}`);
    bounded(known.text.length);
    return known.text;
  });
}

function numbersOf(name: string, args: readonly unknown[], least: number, most: number): readonly number[] {
  const numbers = args.filter((value) => typeof value === 'number');
  if (numbers.length < least || numbers.length > most) throw wrongArguments(name, 'another count of numbers');
  const isWhole = numbers.every((number) => Number.isSafeInteger(number) && number >= -1);
  if (!isWhole || (least > 0 && numbers.includes(-1))) throw wrongArguments(name, 'whole numbers from 0 on');
  return numbers;
}

function listOf(name: string, args: readonly unknown[]): readonly unknown[] {
  const [value, ...more] = args;
  const known = valueOf(value);
  if (args.length === 0 || more.length > 0) throw wrongArguments(name, 'one list');
  if (known.kind === 'nil') return [];
  if (known.kind !== 'list') throw wrongArguments(name, `a list, not ${typeName(value)}`);
  return known.list;
}

function elementText(name: string, element: unknown): string {
  const { kind } = valueOf(element);
  if (kind === 'list' || kind === 'map') throw wrongArguments(name, `a list of texts, not of ${typeName(element)}`);
  return kind === 'nil' ? '' : scalarText(element);
}

function bounded(length: number): void {
  if (length > MAX_FUNCTION_TEXT) {
    throw new TemplateFailure('limit', `a text is longer than ${MAX_FUNCTION_TEXT} characters`);
  }
}

function wrongArguments(name: string, expected: string): TemplateFailure {
  return evaluationFailure(`wrong arguments for ${name}: expected ${expected}`);
}

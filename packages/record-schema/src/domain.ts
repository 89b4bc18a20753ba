import { labelLengthProblem } from './label.ts';
import { failure, type Result, success } from './result.ts';
import { decodeUtf8, encodeUtf8, utf8Length } from './utf8.ts';

/**
 * A domain name's labels, the most specific first, without the root: `web.example.org` is `['web', 'example', 'org']`,
 * the root is `[]`. Labels are kept as given; see `canonicalLabel` for comparing them. Octets that are not UTF-8 are
 * lone surrogates U+DC80 to U+DCFF.
 */
export type Labels = readonly string[];

/** RFC 1035 section 2.3.4: a name has at most 255 octets, a length octet for each label and for the root included. */
export const MAX_DOMAIN_OCTETS = 255;

/** Why `labels` cannot be a domain name, as the end of a sentence, or undefined when they can. */
export function domainProblem(labels: Labels): string | undefined {
  let octets = 1;
  for (const label of labels) {
    const length = utf8Length(label);
    const problem = labelLengthProblem(length);
    if (problem !== undefined) return problem;
    octets += 1 + (length ?? 0);
  }
  return octets > MAX_DOMAIN_OCTETS
    ? `the name has ${octets} octets on the wire, at most ${MAX_DOMAIN_OCTETS} fit`
    : undefined;
}

/**
 * Reads a domain name as people write it: labels in UTF-8, most specific first, separated by dots, with or without the
 * dot at the end. `\.` is a dot inside a label, `\\` a backslash, `\DDD` the octet with that decimal number (RFC 1035
 * section 5.1). The root is `.`; the empty text is refused.
 */
export function parseDomain(text: string): Result<Labels, string> {
  if (text === '') return failure('the name is empty');
  if (text === '.') return success([]);
  const labels = PLAIN_NAME.test(text) ? success(text.split('.')) : readLabels(text);
  if (!labels.ok) return labels;
  const problem = domainProblem(labels.value);
  return problem === undefined ? labels : failure(problem);
}

/** Whether `parseDomain` takes the text. */
export function isDomain(text: string): boolean {
  // A name of so many characters has two octets more on the wire.
  return (text.length <= MAX_DOMAIN_OCTETS - 2 && PLAIN_NAME.test(text)) || parseDomain(text).ok;
}

/** Most names that people write: nothing in them is escaped or not ASCII, and no dot is at the end. */
const PLAIN_NAME = /^[\w:-]{1,63}(?:\.[\w:-]{1,63})*$/;

function readLabels(text: string): Result<string[], string> {
  const labels: string[] = [];
  let octets: number[] = [];
  for (let at = 0; at < text.length; ) {
    if (text[at] === '.') {
      labels.push(decodeUtf8(octets));
      octets = [];
      at++;
      continue;
    }
    const piece = readPiece(text, at);
    if (!piece.ok) return piece;
    octets.push(...piece.value.octets);
    at += piece.value.length;
  }
  if (!text.endsWith('.') || octets.length > 0) labels.push(decodeUtf8(octets));
  return success(labels);
}

interface Piece {
  readonly octets: readonly number[];
  /** How much of the text it took, in UTF-16 units. */
  readonly length: number;
}

function readPiece(text: string, at: number): Result<Piece, string> {
  if (text[at] === '\\') return readEscape(text, at);
  const character = String.fromCodePoint(text.codePointAt(at) ?? 0);
  const octets = encodeUtf8(character);
  if (octets === undefined) return failure('it has half of a surrogate pair, which UTF-8 cannot express');
  return success({ octets, length: character.length });
}

function readEscape(text: string, at: number): Result<Piece, string> {
  const digits = /^\d{1,3}/.exec(text.slice(at + 1, at + 4))?.[0];
  if (digits !== undefined) {
    const octet = Number(digits);
    if (digits.length < 3 || octet > 255) return failure(`\\${digits} is no octet: it takes three digits, 000 to 255`);
    return success({ octets: [octet], length: 4 });
  }
  const point = text.codePointAt(at + 1);
  if (point === undefined) return failure('it ends in a backslash with nothing to escape');
  const character = String.fromCodePoint(point);
  const octets = encodeUtf8(character);
  if (octets === undefined) return failure('it has half of a surrogate pair, which UTF-8 cannot express');
  return success({ octets, length: 1 + character.length });
}

/**
 * Writes a domain name for people and logs, without the dot at the end; the root is `.`. Dots and backslashes inside a
 * label, and everything that does not print, are escaped, so `parseDomain` reads the same labels back.
 */
export function renderDomain(labels: Labels): string {
  return labels.length === 0 ? '.' : labels.map(renderLabel).join('.');
}

function renderLabel(label: string): string {
  if (/^[\w-]+$/.test(label)) return label;
  return Array.from(label, renderCharacter).join('');
}

function renderCharacter(character: string): string {
  if (character === '.' || character === '\\') return `\\${character}`;
  if (!/[\p{C}\p{Z}]/u.test(character)) return character;
  const octets = encodeUtf8(character) ?? encodeUtf8('\ufffd') ?? [];
  return octets.map((octet) => `\\${String(octet).padStart(3, '0')}`).join('');
}

import type { Name } from './message.ts';
import { nameProblem } from './name.ts';
import { octetsOf, readText } from './octets.ts';
import { failure, type Result, success } from './result.ts';

/**
 * Writes a name as zone files and dig do, with the dot at the end: `web.example.org.`, the root as `.`. Text in UTF-8
 * stays readable; what has a meaning in zone files or does not print is escaped (RFC 1035 section 5.1).
 */
export function renderName(name: Name): string {
  return name.length === 0 ? '.' : name.map((label) => `${renderLabel(label)}.`).join('');
}

function renderLabel(label: string): string {
  if (/^[\w:/*-]+$/.test(label)) return label;
  return Array.from(label, (character) => {
    if ('."();@$\\'.includes(character)) return `\\${character}`;
    return /[\p{C}\p{Z}]/u.test(character) ? escapeOctets(character) : character;
  }).join('');
}

/** Each octet of `text` as `\DDD`. */
export function escapeOctets(text: string): string {
  const octets = octetsOf(text) ?? octetsOf('\ufffd') ?? new Uint8Array();
  return Array.from(octets, (octet) => `\\${String(octet).padStart(3, '0')}`).join('');
}

/**
 * Reads an absolute name, one that ends in a dot: `\X` is the character itself, `\DDD` the octet with that decimal
 * number. The reason for a refusal is the end of a sentence.
 */
export function parseName(text: string): Result<Name, string> {
  if (text === '.') return success([]);
  const labels: string[] = [];
  let label = '';
  for (const [piece] of text.matchAll(/\\\d{3}|\\.|[^\\]|\\/gsu)) {
    if (piece === '.') {
      labels.push(label);
      label = '';
      continue;
    }
    const unescaped = unescape(piece);
    if (unescaped === undefined) return failure(`${piece} escapes nothing`);
    label += unescaped;
  }
  if (label !== '' || labels.length === 0) return failure('it does not end in a dot');
  const name = labels.map(joinOctets);
  const problem = nameProblem(name);
  return problem === undefined ? success(name) : failure(problem);
}

/** What one piece, a character or an escape, stands for; octets above 127 as lone surrogates, see `joinOctets`. */
export function unescape(piece: string): string | undefined {
  if (!piece.startsWith('\\')) return piece;
  if (/^\\\d{3}$/.test(piece)) {
    const octet = Number(piece.slice(1));
    return octet > 255 ? undefined : readText(Uint8Array.of(octet), 0, 1);
  }
  return piece.length < 2 || /^\\\d$/.test(piece) ? undefined : piece.slice(1);
}

/** Text in which octets that came one by one and are UTF-8 together have become the characters they are. */
export function joinOctets(text: string): string {
  const octets = octetsOf(text);
  return octets === undefined ? text : readText(octets, 0, octets.length);
}

import { cutLabel, octetLength } from './cut-label.ts';
import { MAX_LABEL_OCTETS } from './label.ts';
import { decodeUtf8, encodeUtf8 } from './utf8.ts';

/** Between the readable beginning and the checksum of a text that was too long. */
const CUT_MARK = '%~';

/**
 * One label that a key can hold, for any text: `/`, `%` and control characters are percent-encoded, the empty text is `%`,
 * and what is still longer than a label is its beginning (at most 45 octets), `%~`, and a checksum of the text.
 * @param alsoEscaped further characters that are percent-encoded
 */
export function percentLabel(text: string, alsoEscaped: string): string {
  if (text === '') return '%';
  const pieces = Array.from(text, (character) => escapeCharacter(character, alsoEscaped));
  const whole = pieces.join('');
  return octetLength(whole) <= MAX_LABEL_OCTETS ? whole : cutLabel(pieces, CUT_MARK, text);
}

/**
 * The text that `label` stands for, or undefined when it cannot be told: the text was cut, or none gives this label.
 * @param toLabel how the labels in question are made, by way of `percentLabel`
 */
export function textOfPercentLabel(label: string, toLabel: (text: string) => string): string | undefined {
  if (label === '%') return '';
  if (/%(?![0-9a-f]{2})/.test(label)) return undefined;
  const octets: number[] = [];
  for (const [piece] of label.matchAll(/%[0-9a-f]{2}|[^%]+/g)) {
    octets.push(...(piece.startsWith('%') ? [Number.parseInt(piece.slice(1), 16)] : (encodeUtf8(piece) ?? [])));
  }
  const text = decodeUtf8(octets);
  return toLabel(text) === label ? text : undefined;
}

function escapeCharacter(character: string, alsoEscaped: string): string {
  if (!/[%/\p{Cc}\p{Cs}]/u.test(character) && !alsoEscaped.includes(character)) return character;
  const octets = encodeUtf8(character) ?? encodeUtf8('\ufffd') ?? [];
  return octets.map((octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');
}

/**
 * Octets as text and back, without loss. A label is any sequence of octets (RFC 2181 section 11), JavaScript's strings
 * are not: octets that are not UTF-8 are kept as lone surrogates, octet 0x80 as U+DC80 to 0xFF as U+DCFF, which no
 * UTF-8 text contains (Python calls this `surrogateescape`).
 */
const ESCAPE_BASE = 0xdc00;

/** The octets that `text` stands for, or undefined when it has a lone surrogate that stands for none. */
export function encodeUtf8(text: string): number[] | undefined {
  const octets: number[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    if (point < 0x80) {
      octets.push(point);
    } else if (point >= 0xd800 && point <= 0xdfff) {
      if (point < ESCAPE_BASE + 0x80 || point > ESCAPE_BASE + 0xff) return undefined;
      octets.push(point - ESCAPE_BASE);
    } else {
      const tails = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
      octets.push(((0xff00 >> (tails + 1)) & 0xff) | (point >> (6 * tails)));
      for (let tail = tails - 1; tail >= 0; tail--) octets.push(0x80 | ((point >> (6 * tail)) & 0x3f));
    }
  }
  return octets;
}

/** How many octets `encodeUtf8` gives for `text`, or undefined when it gives none. */
export function utf8Length(text: string): number | undefined {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) >= 0x80) return encodeUtf8(text)?.length;
  return text.length;
}

/** The text that stands for `octets`; `encodeUtf8` gives exactly them back. */
export function decodeUtf8(octets: readonly number[]): string {
  let text = '';
  for (let at = 0; at < octets.length; ) {
    const length = sequenceLength(octets, at);
    if (length === 0) {
      text += String.fromCharCode(ESCAPE_BASE + (octets[at] ?? 0));
      at++;
    } else {
      text += String.fromCodePoint(codePoint(octets, at, length));
      at += length;
    }
  }
  return text;
}

/** How many octets the well-formed UTF-8 sequence at `at` has (RFC 3629 section 4); 0 when there is none. */
function sequenceLength(octets: readonly number[], at: number): number {
  const first = octets[at] ?? 0;
  if (first < 0x80) return 1;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  for (let index = at + 1; index < at + length; index++) {
    const tail = octets[index];
    if (tail === undefined || tail < 0x80 || tail > 0xbf) return 0;
  }
  const second = octets[at + 1] ?? 0;
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const surrogateOrBeyond = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f);
  return overlong || surrogateOrBeyond ? 0 : length;
}

function codePoint(octets: readonly number[], at: number, length: number): number {
  const first = octets[at] ?? 0;
  let point = length === 1 ? first : first & (0x7f >> length);
  for (let index = at + 1; index < at + length; index++) point = (point << 6) | ((octets[index] ?? 0) & 0x3f);
  return point;
}

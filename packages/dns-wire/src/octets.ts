/**
 * Octets as text and back, without loss: octets that are not UTF-8 are lone surrogates, 0x80 as U+DC80 to 0xFF as
 * U+DCFF, which no UTF-8 text contains (Python calls this `surrogateescape`).
 */
const ESCAPE_BASE = 0xdc00;

/** The text that stands for `bytes[start..end)`; `writeText` gives exactly these octets back. */
export function readText(bytes: Uint8Array, start: number, end: number): string {
  let text = '';
  for (let at = start; at < end; ) {
    const first = bytes[at] ?? 0;
    const length = first < 0x80 ? 1 : sequenceLength(bytes, at, end);
    if (length === 0) {
      text += String.fromCharCode(ESCAPE_BASE + first);
      at++;
    } else if (length === 1) {
      text += String.fromCharCode(first);
      at++;
    } else {
      text += String.fromCodePoint(codePoint(bytes, at, length));
      at += length;
    }
  }
  return text;
}

/** How many octets `text` stands for, or -1 when it has a lone surrogate that stands for none. */
export function textLength(text: string): number {
  let octets = 0;
  for (let index = 0; index < text.length; index++) {
    const point = text.codePointAt(index) ?? 0;
    if (point < 0x80) octets++;
    else if (point < 0x800) octets += 2;
    else if (isSurrogate(point)) {
      if (!isEscape(point)) return -1;
      octets++;
    } else if (point < 0x10000) octets += 3;
    else {
      octets += 4;
      index++;
    }
  }
  return octets;
}

/**
 * Writes the octets that `text` stands for and returns the offset after them, or -1 when it has a lone surrogate that
 * stands for none. What is beyond the end of `into` is not written.
 */
export function writeText(text: string, into: Uint8Array, offset: number): number {
  let at = offset;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) {
      into[at++] = unit;
      continue;
    }
    const point = text.codePointAt(index) ?? 0;
    if (isSurrogate(point)) {
      if (!isEscape(point)) return -1;
      into[at++] = point - ESCAPE_BASE;
      continue;
    }
    const tails = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    into[at++] = ((0xff00 >> (tails + 1)) & 0xff) | (point >> (6 * tails));
    for (let tail = tails - 1; tail >= 0; tail--) into[at++] = 0x80 | ((point >> (6 * tail)) & 0x3f);
    if (tails === 3) index++;
  }
  return at;
}

/** The octets that `text` stands for, or undefined when it has a lone surrogate that stands for none. */
export function octetsOf(text: string): Uint8Array | undefined {
  const length = textLength(text);
  if (length < 0) return undefined;
  const octets = new Uint8Array(length);
  writeText(text, octets, 0);
  return octets;
}

function isSurrogate(point: number): boolean {
  return point >= 0xd800 && point <= 0xdfff;
}

function isEscape(point: number): boolean {
  return point >= ESCAPE_BASE + 0x80 && point <= ESCAPE_BASE + 0xff;
}

/** How many octets the well-formed UTF-8 sequence at `at` has (RFC 3629 section 4), its first one above 0x7f; 0 for none. */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at] ?? 0;
  if (first < 0xc2 || first > 0xf4) return 0;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (at + length > end) return 0;
  for (let index = at + 1; index < at + length; index++) {
    if (((bytes[index] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  const second = bytes[at + 1] ?? 0;
  const overlong = (first === 0xe0 && second < 0xa0) || (first === 0xf0 && second < 0x90);
  const surrogateOrBeyond = (first === 0xed && second > 0x9f) || (first === 0xf4 && second > 0x8f);
  return overlong || surrogateOrBeyond ? 0 : length;
}

function codePoint(bytes: Uint8Array, at: number, length: number): number {
  let point = (bytes[at] ?? 0) & (0x7f >> length);
  for (let index = at + 1; index < at + length; index++) point = (point << 6) | ((bytes[index] ?? 0) & 0x3f);
  return point;
}

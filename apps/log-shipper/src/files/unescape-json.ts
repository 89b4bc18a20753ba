const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
const LETTER_U = 0x75;

/** By the letter behind the backslash (RFC 8259, section 7). */
const LETTERS = new Map<number, number>([
  [QUOTE, QUOTE],
  [BACKSLASH, BACKSLASH],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);
const PLAIN = Uint8Array.from({ length: 256 }, (_, letter) => LETTERS.get(letter) ?? 0);

/** A JSON string that was read. */
export interface UnescapedString {
  /** Behind the closing quote. */
  end: number;
  /** How many bytes of the target it takes. */
  length: number;
}

/**
 * Writes a JSON string as UTF-8 to `target`, which has room for as many bytes as follow in `source`; half a surrogate
 * pair becomes U+FFFD.
 * @param start behind the opening quote
 * @param result is filled, so that an entry costs no object
 * @returns false where there is no whole string, or one with an escape that JSON does not know
 */
export function unescapeJson(source: Uint8Array, start: number, target: Uint8Array, result: UnescapedString): boolean {
  const end = source.length;
  let to = 0;
  for (let at = start; at < end; at++) {
    const byte = source[at] ?? 0;
    if (byte === QUOTE) {
      result.end = at + 1;
      result.length = to;
      return true;
    }
    if (byte !== BACKSLASH) {
      if (byte < SPACE) return false;
      target[to++] = byte;
      continue;
    }
    at++;
    const letter = source[at] ?? 0;
    if (letter !== LETTER_U) {
      const plain = PLAIN[letter] ?? 0;
      if (plain === 0) return false;
      target[to++] = plain;
      continue;
    }
    let unit = hexUnit(source, at + 1);
    if (unit < 0) return false;
    at += 4;
    if (unit >= 0xd800 && unit < 0xdc00 && source[at + 1] === BACKSLASH && source[at + 2] === LETTER_U) {
      const low = hexUnit(source, at + 3);
      if (low >= 0xdc00 && low < 0xe000) {
        unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
        at += 6;
      }
    }
    to = writeUtf8(target, to, unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
  }
  return false;
}

/** Four hexadecimal digits as a number; negative when they are none. */
function hexUnit(source: Uint8Array, start: number): number {
  return (
    (hexDigit(source[start] ?? 0) << 12) |
    (hexDigit(source[start + 1] ?? 0) << 8) |
    (hexDigit(source[start + 2] ?? 0) << 4) |
    hexDigit(source[start + 3] ?? 0)
  );
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function writeUtf8(target: Uint8Array, start: number, point: number): number {
  let to = start;
  if (point < 0x80) {
    target[to++] = point;
  } else if (point < 0x800) {
    target[to++] = 0xc0 | (point >> 6);
    target[to++] = 0x80 | (point & 0x3f);
  } else if (point < 0x10000) {
    target[to++] = 0xe0 | (point >> 12);
    target[to++] = 0x80 | ((point >> 6) & 0x3f);
    target[to++] = 0x80 | (point & 0x3f);
  } else {
    target[to++] = 0xf0 | (point >> 18);
    target[to++] = 0x80 | ((point >> 12) & 0x3f);
    target[to++] = 0x80 | ((point >> 6) & 0x3f);
    target[to++] = 0x80 | (point & 0x3f);
  }
  return to;
}

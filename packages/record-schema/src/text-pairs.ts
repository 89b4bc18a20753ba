import { decodeUtf8 } from './utf8.ts';

/**
 * The one text that stands for several `key=value` strings of a TXT record (RFC 6763 section 6), as a record's `text`
 * holds it: like the character-strings of a zone file (RFC 1035 section 5.1), one blank between two, so that readers
 * which know nothing of it serve something that people can read.
 *
 * `region=us "note=a b" path=c:\\x`
 *
 * A string is quoted when it holds a blank, a semicolon or a parenthesis; `"` and `\` have a `\` before them. The order
 * is that of the keys, so that equal pairs are equal text. No pairs are the empty text.
 */
export function renderTextPairs(pairs: ReadonlyMap<string, string>): string {
  return inKeyOrder(pairs).map(renderTextPair).join(' ');
}

/** One of the strings of `renderTextPairs`. */
export function renderTextPair([key, value]: readonly [key: string, value: string]): string {
  const text = `${key}=${value}`.replace(/["\\]/g, '\\$&');
  return /[\s;()]/.test(text) ? `"${text}"` : text;
}

/** The order in which pairs are written: by their keys, whatever the language of the machine. */
export function inKeyOrder(pairs: ReadonlyMap<string, string>): readonly (readonly [key: string, value: string])[] {
  return [...pairs].toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/**
 * The character-strings in a text: those of `renderTextPairs` come back as `key=value`, in order. Text that others wrote
 * is read as well as it can be: `note="a b"` is one string without its quotes, a quote that is never closed reaches to the
 * end, `\DDD` is the octet with that decimal number, any other `\` takes the next character as it is, and the last one of
 * a text is itself. A text without strings gives none; a TXT record needs one all the same, an empty one (RFC 6763 section
 * 6.1).
 */
export function parseTextPairs(text: string): readonly string[] {
  const strings: string[] = [];
  let current: string | undefined;
  let quoted = false;
  for (const [piece] of text.matchAll(PIECE)) {
    if (piece === '"') {
      quoted = !quoted;
      current ??= '';
    } else if (quoted || !/^[ \t\r\n]/.test(piece)) {
      current = (current ?? '') + unescapePiece(piece);
    } else if (current !== undefined) {
      strings.push(current);
      current = undefined;
    }
  }
  return current === undefined ? strings : [...strings, current];
}

/** Octets by number, all that follow each other because several may be one character; an escape; plain characters. */
const PIECE = /(?:\\(?:[01]\d\d|2[0-4]\d|25[0-5]))+|\\[^]?|[^\\" \t\r\n]+|[^]/g;

function unescapePiece(piece: string): string {
  if (!piece.startsWith('\\') || piece.length === 1) return piece;
  return piece.length === 2 ? piece.slice(1) : decodeUtf8(piece.slice(1).split('\\').map(Number));
}

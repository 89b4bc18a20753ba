const namedEscapes: ReadonlyMap<string, string> = new Map([
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
  ['\\', '\\\\'],
]);

/** A text as Go's `%q` writes it: in double quotes, what cannot be printed as escapes. */
export function quoteText(text: string): string {
  return `"${Array.from(text.toWellFormed(), (character) => escapeRune(character, '"')).join('')}"`;
}

/** A code point as Go's `%q` writes it: in single quotes; what is none as U+FFFD. */
export function quoteRune(code: number): string {
  return `'${escapeRune(runeText(code), "'")}'`;
}

/** The text of a code point, U+FFFD for what is none. */
export function runeText(code: number): string {
  const isRune = Number.isInteger(code) && code >= 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return isRune ? String.fromCodePoint(code) : '\ufffd';
}

/** Whether Go calls a character printable: letters, marks, numbers, punctuation, symbols and the space. */
export function isPrintable(character: string): boolean {
  return character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character);
}

function escapeRune(character: string, quote: string): string {
  if (character === quote) return `\\${quote}`;
  const named = namedEscapes.get(character);
  if (named !== undefined) return named;
  if (isPrintable(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return `\\x${hex(code, 2)}`;
  return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
}

function hex(code: number, width: number): string {
  return code.toString(16).padStart(width, '0');
}

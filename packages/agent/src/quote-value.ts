const MAX_LENGTH = 200;

/**
 * Text that somebody gave, for a message: in double quotes, control characters escaped, cut at 200 characters, and
 * without the user and password of a URL.
 */
export function quoteValue(text: string): string {
  const safe = withoutCredentials(text);
  const shown = escapeControls(JSON.stringify(safe.slice(0, MAX_LENGTH)));
  return safe.length > MAX_LENGTH ? `${shown}...` : shown;
}

/**
 * The text as one line that a terminal takes for text and nothing else: control characters, line breaks among them, and
 * those that change the direction of writing become `\u001b` and the like.
 */
export function escapeControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const digits = (character.codePointAt(0) ?? 0).toString(16);
  return digits.length > 4 ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`;
}

/**
 * The text without what may be a password: in each word (a run without blanks and quotes) what lies between `://`, or
 * the start of a word that holds a colon, and the word's last `@` becomes `***`.
 */
export function withoutCredentials(text: string): string {
  if (!text.includes('@')) return text;
  return text.replace(/[^\s"]+/g, (word) => {
    const end = word.lastIndexOf('@');
    const scheme = word.indexOf('://');
    if (scheme !== -1 && scheme < end) return `${word.slice(0, scheme)}://***${word.slice(end)}`;
    return word.lastIndexOf(':', end) > 0 ? `***${word.slice(end)}` : word;
  });
}

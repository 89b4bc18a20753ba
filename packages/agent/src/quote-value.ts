const MAX_LENGTH = 200;

/**
 * Text that somebody gave, for a message: in double quotes, control characters escaped, cut at 200 characters, and
 * without the user and password of a URL.
 */
export function quoteValue(text: string): string {
  const shown = JSON.stringify(withoutCredentials(text).slice(0, MAX_LENGTH)).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
  return text.length > MAX_LENGTH ? `${shown}...` : shown;
}

/** The text with what precedes the `@` of every URL in it replaced by `***`. */
export function withoutCredentials(text: string): string {
  return text.replace(/:\/\/[^/?#\s]*@/g, '://***@');
}

import { isPrintable } from './quote.ts';

const htmlEscapes: ReadonlyMap<string, string> = new Map([
  ['\0', '\ufffd'],
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
]);

/** Go's `html`: text that is safe in an HTML document. */
export function escapeHtml(text: string): string {
  return text.replace(/[\0"'&<>]/g, (character) => htmlEscapes.get(character) ?? character);
}

/** Go's `js`: text that is safe between the quotes of JavaScript. */
export function escapeJs(text: string): string {
  return Array.from(text.toWellFormed(), escapeJsCharacter).join('');
}

function escapeJsCharacter(character: string): string {
  if (character === '\\' || character === "'" || character === '"') return `\\${character}`;
  const isMarkup = character === '<' || character === '>' || character === '&' || character === '=';
  if (!isMarkup && isPrintable(character)) return character;
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase();
  return `\\u${code.padStart(4, '0')}`;
}

/** Go's `urlquery`: text as a value in a query, spaces as `+`. */
export function escapeQuery(text: string): string {
  const octets = encodeURIComponent(text.toWellFormed());
  return octets
    .replace(/[!'()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}

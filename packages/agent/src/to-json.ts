import { withoutCredentials } from './quote-value.ts';

/**
 * JSON for people and scripts, two blanks deep, of whatever an agent holds: maps become objects, sets arrays, big
 * integers and URLs text, errors their message. The user and password of a URL never appear.
 */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, replace, 2) ?? 'null'}\n`;
}

function replace(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(Array.from(value, ([key, item]) => [String(key), item]));
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return withoutUrlCredentials(value.message);
  if (typeof value === 'string') return withoutUrlCredentials(value);
  if (typeof value === 'bigint') return value.toString();
  return value;
}

/** Of other texts nothing is left out: a label such as `mail:ann@example.org` is shown as it is. */
function withoutUrlCredentials(text: string): string {
  return text.includes('://') ? withoutCredentials(text) : text;
}

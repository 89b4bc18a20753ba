import { severityOfLevel } from './json-level.ts';

/** What a line that is a JSON object says. */
export interface JsonLine {
  readonly severity: number | undefined;
  /** All that is neither level nor message, `null`s left out. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly message: string | undefined;
}

export const FIELDS_LIMIT = 64;
export const DEPTH_LIMIT = 4;
const NAME_LIMIT = 128;

/** The first of these that names a level is the level, and the first that is text is the message. */
const LEVEL_NAMES = ['level', 'severity', 'lvl', 'levelname', 'log.level'] as const;
const MESSAGE_NAMES = ['message', 'msg', 'log'] as const;

/**
 * Parses a line that is a JSON object; undefined for any other. Objects and arrays inside become names with dots,
 * `http.status`, `tags.0`, down to `DEPTH_LIMIT` levels; of more than `FIELDS_LIMIT` fields the first are taken.
 */
export function parseJsonLine(text: string): JsonLine | undefined {
  const root = parseObject(text);
  if (root === undefined) return undefined;
  const level = levelIn(root);
  const message = messageIn(root);
  const fields: [string, string][] = [];
  collect('', root, DEPTH_LIMIT, (name, value) => {
    if (name !== level?.name && name !== message?.name) fields.push([name, value]);
    return fields.length < FIELDS_LIMIT;
  });
  return { severity: level?.severity, fields, message: message?.text };
}

type JsonObject = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null;
}

function parseObject(text: string): JsonObject | undefined {
  if (!/^[ \t]*\{/.test(text)) return undefined;
  try {
    const root: unknown = MAY_LOSE_DIGITS.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text);
    return isObject(root) ? root : undefined;
  } catch {
    return undefined;
  }
}

/** A number that JavaScript may not hold exactly: long, or with an exponent. */
const MAY_LOSE_DIGITS = /\d[\d.]{15}|\d[eE][+-]?\d/;

/** Puts numbers that would lose digits as they are written. */
function keepDigits(_name: string, value: unknown, ...[context]: readonly unknown[]): unknown {
  if (typeof value !== 'number' || !isObject(context)) return value;
  const { source } = context;
  return typeof source === 'string' && source !== String(value) ? source : value;
}

function levelIn(root: JsonObject): { readonly name: string; readonly severity: number } | undefined {
  for (const name of LEVEL_NAMES) {
    const [outer = '', inner = ''] = name.split('.');
    const nested = inner !== '' && Object.hasOwn(root, outer) ? root[outer] : undefined;
    const flat = Object.hasOwn(root, name) ? root[name] : undefined;
    const level = flat ?? (isObject(nested) && Object.hasOwn(nested, inner) ? nested[inner] : undefined);
    const severity = severityOfLevel(level);
    if (severity !== undefined) return { name, severity };
  }
  return undefined;
}

function messageIn(root: JsonObject): { readonly name: string; readonly text: string } | undefined {
  for (const name of MESSAGE_NAMES) {
    const text = Object.hasOwn(root, name) ? root[name] : undefined;
    if (typeof text === 'string') return { name, text };
  }
  return undefined;
}

/** Calls `take` for every scalar below `value` until it says that it has enough. */
function collect(
  prefix: string,
  value: JsonObject,
  depth: number,
  take: (name: string, text: string) => boolean,
): boolean {
  for (const [key, inner] of Object.entries(value)) {
    const name = prefix + key;
    if (key === '' || name.length > NAME_LIMIT || inner === null) continue;
    if (isObject(inner)) {
      if (depth > 1 && !collect(`${name}.`, inner, depth - 1, take)) return false;
    } else if (isScalar(inner) && !take(name, String(inner))) return false;
  }
  return true;
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

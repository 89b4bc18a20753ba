import { Callable } from './callable.ts';
import { TemplateFailure } from './template-error.ts';
import { TextObject } from './text-object.ts';

/**
 * A value of the data as templates see it. Objects and Maps are maps, null, undefined and functions that nobody wrapped are nil,
 * symbols too. Integers are `int`, other numbers `float64`.
 */
export type Value =
  | { readonly kind: 'nil' }
  | { readonly kind: 'bool'; readonly bool: boolean }
  | { readonly kind: 'number'; readonly number: number | bigint }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'list'; readonly list: readonly unknown[] }
  | { readonly kind: 'map'; readonly map: object }
  | { readonly kind: 'object'; readonly object: TextObject }
  | { readonly kind: 'function'; readonly callable: Callable };

/** Says what a value is to a template. */
export function valueOf(value: unknown): Value {
  switch (typeof value) {
    case 'string':
      return { kind: 'string', text: value };
    case 'number':
    case 'bigint':
      return { kind: 'number', number: value };
    case 'boolean':
      return { kind: 'bool', bool: value };
    case 'object':
      if (value === null) return { kind: 'nil' };
      if (Array.isArray(value)) return { kind: 'list', list: value };
      if (value instanceof TextObject) return { kind: 'object', object: value };
      return value instanceof Callable ? { kind: 'function', callable: value } : { kind: 'map', map: value };
    case 'undefined':
    case 'function':
    case 'symbol':
    default:
      return { kind: 'nil' };
  }
}

/** The name of a value's type in Go, as error messages and `%T` have it. */
export function typeName(value: unknown): string {
  const known = valueOf(value);
  if (known.kind === 'number') return isInteger(known.number) ? 'int' : 'float64';
  return typeNames[known.kind];
}

const typeNames = {
  nil: '<nil>',
  bool: 'bool',
  string: 'string',
  list: '[]interface {}',
  map: 'map[string]interface {}',
  object: 'struct',
  function: 'func',
} as const;

export function isInteger(value: number | bigint): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

/**
 * The entry of a map: an object's own enumerable property that holds a value, or a Map's entry. Nothing inherited, no accessor,
 * so no text, `__proto__` and `constructor` included, leads to anything but data.
 */
export function entryOf(map: object, key: string): { readonly value: unknown } | undefined {
  if (map instanceof Map)
    return Map.prototype.has.call(map, key) ? { value: Map.prototype.get.call(map, key) } : undefined;
  const property = Object.getOwnPropertyDescriptor(map, key);
  if (property === undefined || property.enumerable !== true || !('value' in property)) return undefined;
  const value: unknown = property.value;
  return typeof value === 'function' || typeof value === 'symbol' ? undefined : { value };
}

/** The keys of a map that are texts, in the order of their code points, as Go prints and ranges over them. */
export function keysOf(map: object): readonly string[] {
  const keys: readonly unknown[] = map instanceof Map ? [...Map.prototype.keys.call(map)] : Object.keys(map);
  return keys
    .filter((key) => typeof key === 'string')
    .filter((key) => entryOf(map, key) !== undefined)
    .sort(compareTexts);
}

/** How many entries a map has; of an object, those that no template sees included. */
export function sizeOf(map: object): number {
  return map instanceof Map ? map.size : Object.keys(map).length;
}

/** Negative, zero or positive, by code points: the order of the texts' UTF-8. */
export function compareTexts(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a.charCodeAt(at) === b.charCodeAt(at)) at += 1;
  if (at > 0 && isHighSurrogate(a.charCodeAt(at - 1))) at -= 1;
  return (a.codePointAt(at) ?? -1) - (b.codePointAt(at) ?? -1);
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

/** Go's truth: false, 0, nil and what is empty are false. */
export function isTrue(value: unknown): boolean {
  const known = valueOf(value);
  if (known.kind === 'bool') return known.bool;
  if (known.kind === 'number') return known.number !== 0 && known.number !== 0n;
  if (known.kind === 'string') return known.text !== '';
  if (known.kind === 'list') return known.list.length > 0;
  if (known.kind === 'map') return sizeOf(known.map) > 0;
  return known.kind === 'function' || known.kind === 'object';
}

/** A failure over what the data are. */
export function evaluationFailure(message: string): TemplateFailure {
  return new TemplateFailure('evaluation', message);
}

import { entryOf, evaluationFailure, sizeOf, typeName, valueOf } from './value.ts';

/** Go's `len`: octets of a text, elements of a list, entries of a map; 0 for nil, which Docker writes for empty ones. */
export function lengthOf(value: unknown): number {
  const known = valueOf(value);
  if (known.kind === 'string') return Buffer.byteLength(known.text);
  if (known.kind === 'list') return known.list.length;
  if (known.kind === 'map') return sizeOf(known.map);
  if (known.kind === 'nil') return 0;
  throw evaluationFailure(`${typeName(value)} has no length: expected a text, a list or a map`);
}

/**
 * Go's `index` by one key. A key that a map has not gives the empty text, as Go's maps of text do, and so does any text key of nil.
 * An index outside a list or a text is a failure.
 */
export function indexValue(value: unknown, key: unknown): unknown {
  const known = valueOf(value);
  if (known.kind === 'map' || known.kind === 'nil') {
    if (typeof key === 'string') return known.kind === 'map' ? (entryOf(known.map, key) ?? { value: '' }).value : '';
    throw evaluationFailure(`${typeName(value)} cannot be indexed with ${typeName(key)}: expected a text`);
  }
  if (known.kind === 'list') return known.list[position(key, known.list.length - 1)];
  if (known.kind === 'string') {
    const octets = Buffer.from(known.text);
    return octets[position(key, octets.length - 1)];
  }
  throw evaluationFailure(`${typeName(value)} cannot be indexed: expected a map, a list or a text`);
}

/** Go's `slice`: from the first bound up to before the second; a third, for lists, only has to be in range. */
export function sliceValue(value: unknown, bounds: readonly unknown[]): unknown {
  const known = valueOf(value);
  if (known.kind === 'list') {
    const [from, to] = range(bounds, known.list.length, 3);
    return known.list.slice(from, to);
  }
  if (known.kind === 'string') {
    const octets = Buffer.from(known.text);
    const [from, to] = range(bounds, octets.length, 2);
    return octets.subarray(from, to).toString();
  }
  throw evaluationFailure(`${typeName(value)} cannot be sliced: expected a text or a list`);
}

function range(bounds: readonly unknown[], length: number, most: number): readonly [number, number] {
  if (bounds.length > most) throw evaluationFailure(`slice has too many bounds: expected at most ${most}`);
  const [from = 0, to = length, end = length] = bounds.map((bound) => position(bound, length));
  if (from > to || to > end) throw evaluationFailure('slice bounds are out of order: expected the lower one first');
  return [from, to];
}

function position(key: unknown, last: number): number {
  if (typeof key !== 'number' || !Number.isInteger(key)) {
    throw evaluationFailure(`${typeName(key)} is no index: expected an int`);
  }
  if (key < 0 || key > last) throw evaluationFailure(`index ${key} is out of range: expected 0 to ${last}`);
  return key;
}

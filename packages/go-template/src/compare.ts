import { compareTexts, evaluationFailure, typeName, valueOf } from './value.ts';

/**
 * Go's `eq` of two values. Numbers compare with numbers, texts with texts, booleans with booleans; nil equals nil alone.
 * Lists, maps and functions can be compared with nil only.
 */
export function areEqual(a: unknown, b: unknown): boolean {
  const left = valueOf(a);
  const right = valueOf(b);
  if (left.kind === 'nil' || right.kind === 'nil') return left.kind === right.kind;
  if (left.kind !== right.kind) throw incomparable(a, b);
  if (left.kind === 'list' || left.kind === 'map' || left.kind === 'function') throw incomparable(a, b);
  // oxlint-disable-next-line eqeqeq -- an int and a big int are the same type to a template.
  if (left.kind === 'number' && right.kind === 'number') return left.number == right.number;
  return a === b;
}

/** Negative, zero or positive, NaN for NaN: the order of two numbers or of two texts. */
export function compareValues(a: unknown, b: unknown): number {
  const left = valueOf(a);
  const right = valueOf(b);
  if (left.kind === 'string' && right.kind === 'string') return compareTexts(left.text, right.text);
  if (left.kind !== 'number' || right.kind !== 'number') throw incomparable(a, b);
  if (left.number < right.number) return -1;
  if (left.number > right.number) return 1;
  return areEqual(a, b) ? 0 : Number.NaN;
}

function incomparable(a: unknown, b: unknown) {
  return evaluationFailure(`${typeName(a)} and ${typeName(b)} cannot be compared: expected two of one basic type`);
}

/** Readers of JSON of unknown origin: each gives the value of its type, or the empty one when there is another. */

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The members of an object; none when it is something else. */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  return isRecord(value) ? value : {};
}

/** The elements of an array; none when it is something else. */
export function array(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** A string; the empty one when it is something else. */
export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** A safe integer; 0 when it is something else. */
export function integer(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : 0;
}

/** The members of an object that are strings, in its order. */
export function textEntries(value: unknown): readonly (readonly [string, string])[] {
  const entries: (readonly [string, string])[] = [];
  for (const [key, member] of Object.entries(record(value))) {
    if (typeof member === 'string') entries.push([key, member]);
  }
  return entries;
}

import type { Conflict } from './registry.ts';

/** What would be done to one key, with the value it would get. */
export type IntendedOperation =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'delete'; readonly key: string };

/** What a registry would do about what is desired. */
export interface Intentions {
  readonly operations: readonly IntendedOperation[];
  readonly conflicts: readonly Conflict[];
}

/** Operations that were not intended at the look before: what is worth saying. */
export function newIntentions(
  before: readonly IntendedOperation[],
  now: readonly IntendedOperation[],
): readonly IntendedOperation[] {
  const known = new Set(before.map(identify));
  return now.filter((operation) => !known.has(identify(operation)));
}

function identify(operation: IntendedOperation): string {
  return JSON.stringify([operation.type, operation.key, operation.type === 'put' ? operation.value : '']);
}

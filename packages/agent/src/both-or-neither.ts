import type { OptionError } from './command.ts';

/** An option as messages call it, and its value; undefined when it was not given. */
export type NamedValue = readonly [option: string, value: string | undefined];

/** What is wrong with two options of which one means nothing without the other. Never shows a value: it may be a secret. */
export function bothOrNeither(
  [first, firstValue]: NamedValue,
  [second, secondValue]: NamedValue,
): readonly OptionError[] {
  if ((firstValue === undefined) === (secondValue === undefined)) return [];
  const [given, missing] = firstValue === undefined ? [second, first] : [first, second];
  return [{ option: given, value: '', message: `needs ${missing}: give both or neither` }];
}

import type { Budget, Output } from './budget.ts';
import { createOutput } from './budget.ts';
import { formatNumber } from './format-number.ts';
import { MAX_DEPTH } from './parse-state.ts';
import { TemplateFailure } from './template-error.ts';
import { TextObject } from './text-object.ts';
import { entryOf, keysOf, valueOf } from './value.ts';

/** Writes what is neither list nor map. */
export type WriteScalar = (value: unknown) => void;

/** A value as Go's `%v` writes it: `[a b]`, `map[a:1 b:2]` with its keys in order, `<nil>`. */
export function writeValue(output: Output, value: unknown, budget: Budget): void {
  writeElements(output, value, budget, (scalar) => output.write(scalarText(scalar)));
}

/** Lists and maps with Go's brackets, what is in them by `writeScalar`; nil in them by it too. */
export function writeElements(
  output: Output,
  value: unknown,
  budget: Budget,
  writeScalar: WriteScalar,
  depth = 0,
): void {
  budget.charge(1);
  if (depth > MAX_DEPTH) throw new TemplateFailure('limit', `a value is nested deeper than ${MAX_DEPTH} levels`);
  const known = valueOf(value);
  const writeNested = (element: unknown) => writeElements(output, element, budget, writeScalar, depth + 1);
  if (known.kind === 'list') {
    output.write('[');
    for (const [index, element] of known.list.entries()) {
      if (index > 0) output.write(' ');
      writeNested(element);
    }
    output.write(']');
  } else if (known.kind === 'map') {
    output.write('map[');
    for (const [index, key] of keysOf(known.map).entries()) {
      if (index > 0) output.write(' ');
      writeScalar(key);
      output.write(':');
      writeNested(entryOf(known.map, key)?.value);
    }
    output.write(']');
  } else {
    writeScalar(value);
  }
}

/** The text of a value that is neither list nor map. */
export function scalarText(value: unknown): string {
  const known = valueOf(value);
  if (known.kind === 'string') return known.text;
  if (known.kind === 'number') return formatNumber(known.number);
  if (known.kind === 'bool') return String(known.bool);
  if (known.kind === 'object') return TextObject.text(known.object);
  return known.kind === 'function' ? '<func>' : '<nil>';
}

/** Go's `Sprint`: a space between two operands of which neither is text. */
export function sprint(args: readonly unknown[], budget: Budget): string {
  const output = createOutput(budget);
  for (const [index, value] of args.entries()) {
    if (index > 0 && typeof value !== 'string' && typeof args[index - 1] !== 'string') output.write(' ');
    writeValue(output, value, budget);
  }
  return output.text();
}

/** Go's `Sprintln`: spaces between all operands and a line feed behind. */
export function sprintln(args: readonly unknown[], budget: Budget): string {
  const output = createOutput(budget);
  for (const [index, value] of args.entries()) {
    if (index > 0) output.write(' ');
    writeValue(output, value, budget);
  }
  output.write('\n');
  return output.text();
}

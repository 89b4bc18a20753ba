import { type Budget, createBudget, createOutput, type Output } from './budget.ts';
import { MAX_DEPTH } from './parse-state.ts';
import { TemplateFailure } from './template-error.ts';
import { TextObject } from './text-object.ts';
import { entryOf, keysOf, valueOf } from './value.ts';

/** A value as Go's encoding/json writes it: keys in order, and `<`, `>`, `&`, U+2028 and U+2029 as escapes. Methods are left out. */
export function toJson(value: unknown, limits: { readonly outputLength: number; readonly steps: number }): string {
  const budget = createBudget(limits);
  const output = createOutput(budget);
  writeJson(output, value, budget, 0);
  return output.text();
}

function writeJson(output: Output, value: unknown, budget: Budget, depth: number): void {
  budget.charge(1);
  if (depth > MAX_DEPTH) throw new TemplateFailure('limit', `a value is nested deeper than ${MAX_DEPTH} levels`);
  const known = valueOf(value);
  if (known.kind === 'list') {
    for (const [index, element] of known.list.entries()) {
      output.write(index === 0 ? '[' : ',');
      writeJson(output, element, budget, depth + 1);
    }
    output.write(known.list.length === 0 ? '[]' : ']');
  } else if (known.kind === 'map') {
    writeMap(output, known.map, budget, depth);
  } else if (known.kind === 'string') {
    output.write(jsonText(known.text));
  } else if (known.kind === 'object') {
    output.write(jsonText(TextObject.json(known.object)));
  } else if (known.kind === 'number') {
    output.write(typeof known.number === 'bigint' || Number.isFinite(known.number) ? String(known.number) : 'null');
  } else {
    output.write(known.kind === 'bool' ? String(known.bool) : 'null');
  }
}

function writeMap(output: Output, map: object, budget: Budget, depth: number): void {
  const keys = keysOf(map).filter((key) => valueOf(entryOf(map, key)?.value).kind !== 'function');
  for (const [index, key] of keys.entries()) {
    output.write(`${index === 0 ? '{' : ','}${jsonText(key)}:`);
    writeJson(output, entryOf(map, key)?.value, budget, depth + 1);
  }
  output.write(keys.length === 0 ? '{}' : '}');
}

function jsonText(text: string): string {
  const escape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, escape);
}

import type { Budget } from './budget.ts';
import { Callable } from './callable.ts';
import { areEqual, compareValues } from './compare.ts';
import { escapeHtml, escapeJs, escapeQuery } from './escape.ts';
import { sprint, sprintln } from './format-value.ts';
import { indexValue, lengthOf, sliceValue } from './indexing.ts';
import { sprintf } from './printf.ts';
import { evaluationFailure, isTrue, typeName } from './value.ts';

/** A function of the language: arguments to a value. */
export interface Builtin {
  readonly least: number;
  readonly most: number;
  readonly call: (args: readonly unknown[], budget: Budget) => unknown;
}

/** The functions of Go's text/template but `and` and `or`, which are in `evaluate.ts` since they leave arguments unevaluated. */
export const builtins: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['not', exactly(1, ([value]) => !isTrue(value))],
  ['eq', atLeast(2, ([first, ...others]) => others.some((other) => areEqual(first, other)))],
  ['ne', exactly(2, ([a, b]) => !areEqual(a, b))],
  ['lt', exactly(2, ([a, b]) => compareValues(a, b) < 0)],
  ['le', exactly(2, ([a, b]) => compareValues(a, b) <= 0)],
  ['gt', exactly(2, ([a, b]) => compareValues(a, b) > 0)],
  ['ge', exactly(2, ([a, b]) => compareValues(a, b) >= 0)],
  ['len', exactly(1, callLen)],
  ['index', atLeast(1, ([value, ...keys]) => keys.reduce(indexValue, value))],
  ['slice', atLeast(1, ([value, ...bounds]) => sliceValue(value, bounds))],
  ['print', atLeast(0, sprint)],
  ['println', atLeast(0, sprintln)],
  ['printf', atLeast(1, callPrintf)],
  ['html', atLeast(0, (args, budget) => escapeHtml(sprint(args, budget)))],
  ['js', atLeast(0, (args, budget) => escapeJs(sprint(args, budget)))],
  ['urlquery', atLeast(0, (args, budget) => escapeQuery(sprint(args, budget)))],
  ['call', atLeast(1, callFunction)],
]);

function exactly(count: number, call: Builtin['call']): Builtin {
  return { least: count, most: count, call };
}

function atLeast(count: number, call: Builtin['call']): Builtin {
  return { least: count, most: Number.POSITIVE_INFINITY, call };
}

/** An object's entries have to be counted, which is paid for. */
function callLen([value]: readonly unknown[], budget: Budget): number {
  const length = lengthOf(value);
  budget.charge(length >> 4);
  return length;
}

function callPrintf([format, ...args]: readonly unknown[], budget: Budget): string {
  if (typeof format !== 'string') throw evaluationFailure(`printf got ${typeName(format)}: expected a format first`);
  return sprintf(format, args, budget);
}

function callFunction([callee, ...args]: readonly unknown[]): unknown {
  if (callee instanceof Callable) return Callable.invoke(callee, args);
  throw evaluationFailure(`call got ${typeName(callee)}: expected a function first`);
}

import type { Base, Command, Operand, Pipeline } from './ast.ts';
import type { Budget } from './budget.ts';
import { builtins } from './builtins.ts';
import { Callable, type TemplateFunction } from './callable.ts';
import { located, TemplateFailure } from './template-error.ts';
import { TextObject } from './text-object.ts';
import { entryOf, evaluationFailure, isTrue, sizeOf, typeName, valueOf } from './value.ts';

/** What a rendering knows where it stands. */
export interface Scope {
  readonly functions: ReadonlyMap<string, TemplateFunction>;
  readonly budget: Budget;
  /** Innermost last. */
  readonly variables: { readonly name: string; value: unknown }[];
}

/** Evaluates a pipeline with `.` being `dot`; sets its variables unless it is of a `range`, which sets them itself. */
export function evaluatePipeline(scope: Scope, dot: unknown, pipeline: Pipeline, sets = true): unknown {
  let final: readonly unknown[] = [];
  for (const command of pipeline.commands) final = [evaluateCommand(scope, dot, command, final)];
  const [value] = final;
  if (sets) for (const name of pipeline.variables) setVariable(scope, name, value, pipeline.declares);
  return value;
}

/** Declares a variable, or sets the innermost one of that name. */
export function setVariable(scope: Scope, name: string, value: unknown, declares: boolean): void {
  const known = declares ? undefined : scope.variables.findLast((variable) => variable.name === name);
  if (known === undefined) scope.variables.push({ name, value });
  else known.value = value;
}

/** `final` holds the value of the command before, or nothing. */
function evaluateCommand(scope: Scope, dot: unknown, command: Command, final: readonly unknown[]): unknown {
  const [first, ...operands] = command.operands;
  if (first.base.kind === 'function' && (first.base.name === 'and' || first.base.name === 'or')) {
    return evaluateLogic(scope, dot, first, operands, final);
  }
  const args = () => [...operands.map((operand) => evaluateOperand(scope, dot, operand)), ...final];
  return evaluateTerm(scope, dot, first, args);
}

/** `and` gives its first false argument, `or` its first true one, both the last if there is none. */
function evaluateLogic(
  scope: Scope,
  dot: unknown,
  { base, at }: Operand,
  operands: readonly Operand[],
  final: readonly unknown[],
): unknown {
  const stopsAt = base.kind === 'function' && base.name === 'or';
  if (operands.length + final.length === 0) {
    throw new TemplateFailure('evaluation', `${stopsAt ? 'or' : 'and'} has no argument: expected at least 1`, at);
  }
  let value: unknown;
  for (const operand of operands) {
    value = evaluateOperand(scope, dot, operand);
    if (isTrueIn(scope, value) === stopsAt) return value;
  }
  return final.length > 0 ? final[0] : value;
}

/** Go's truth of a value, paid for. */
export function isTrueIn({ budget }: Scope, value: unknown): boolean {
  const known = valueOf(value);
  if (known.kind === 'map') budget.charge(sizeOf(known.map) >> 4);
  return isTrue(value);
}

function evaluateOperand(scope: Scope, dot: unknown, operand: Operand): unknown {
  return evaluateTerm(scope, dot, operand, () => []);
}

/** An operand with the arguments that follow it, which only a function or a method may have. */
function evaluateTerm(scope: Scope, dot: unknown, operand: Operand, args: () => readonly unknown[]): unknown {
  const { base, path, at } = operand;
  return located(at, () => {
    scope.budget.charge(1);
    if (base.kind === 'function') return callNamed(scope, base.name, args());
    let value = evaluateBase(scope, dot, base);
    for (const [index, name] of path.entries()) {
      const isLast = index === path.length - 1;
      value = fieldOf(scope, value, name, isLast ? args() : []);
    }
    if (path.length === 0 && args().length > 0) {
      throw evaluationFailure(`${typeName(value)} takes no arguments: expected a function`);
    }
    return value;
  });
}

function evaluateBase(scope: Scope, dot: unknown, base: Exclude<Base, { readonly kind: 'function' }>): unknown {
  if (base.kind === 'dot') return dot;
  if (base.kind === 'nil') return null;
  if (base.kind === 'constant') return base.value;
  if (base.kind === 'pipeline') return evaluatePipeline(scope, dot, base.pipeline);
  return scope.variables.findLast(({ name }) => name === base.name)?.value;
}

/** A field of a map, called if it is a method. A field of nil, and one that is not there, is undefined: no value. */
function fieldOf(scope: Scope, value: unknown, name: string, args: readonly unknown[]): unknown {
  scope.budget.charge(1);
  const known = valueOf(value);
  if (known.kind !== 'map' && known.kind !== 'nil' && known.kind !== 'object') {
    throw evaluationFailure(`${typeName(value)} has no field .${name}: expected a map`);
  }
  const map = known.kind === 'map' ? known.map : known.kind === 'object' ? TextObject.methods(known.object) : {};
  const field = entryOf(map, name)?.value;
  if (field instanceof Callable) return invoke(scope, args, () => Callable.invoke(field, args));
  if (args.length > 0) throw evaluationFailure(`.${name} takes no arguments: expected a function`);
  return field;
}

function callNamed(scope: Scope, name: string, args: readonly unknown[]): unknown {
  const given = scope.functions.get(name);
  if (given !== undefined) return invoke(scope, args, () => given(...args));
  const builtin = builtins.get(name);
  if (builtin === undefined) throw new TemplateFailure('unknown-name', `no function is named ${name}`);
  if (args.length < builtin.least || args.length > builtin.most) {
    const expected = builtin.least === builtin.most ? `${builtin.least}` : `at least ${builtin.least}`;
    throw evaluationFailure(`${name} has ${args.length} arguments: expected ${expected}`);
  }
  return invoke(scope, args, () => builtin.call(args, scope.budget));
}

/** Calls, pays for the length of arguments and of a result, and sees to it that no function gives a text that is too long. */
function invoke({ budget }: Scope, args: readonly unknown[], call: () => unknown): unknown {
  for (const value of args) budget.charge(1 + costOf(value));
  const result = call();
  if (typeof result === 'string' && result.length > budget.limits.outputLength && !args.includes(result)) {
    throw new TemplateFailure('limit', `a function gave more than ${budget.limits.outputLength} characters`);
  }
  budget.charge(costOf(result));
  return result;
}

/** Elements count for more than a text alone: patterns are matched against them. */
function costOf(value: unknown): number {
  const known = valueOf(value);
  if (known.kind === 'string') return known.text.length >> 6;
  if (known.kind !== 'list') return 0;
  let cost = known.list.length;
  for (const element of known.list) if (typeof element === 'string') cost += element.length >> 2;
  return cost;
}

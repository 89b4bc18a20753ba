/** A template's parts, as pkg.go.dev/text/template describes them. `at` is an offset in the template's text. */
export type Node =
  | { readonly kind: 'text'; readonly text: string; readonly at: number }
  | { readonly kind: 'action'; readonly pipeline: Pipeline; readonly at: number }
  | { readonly kind: 'if' | 'with' | 'range'; readonly branch: Branch; readonly at: number }
  | { readonly kind: 'break' | 'continue'; readonly at: number }
  | { readonly kind: 'template'; readonly name: string; readonly pipeline: Pipeline | undefined; readonly at: number };

/** What `if`, `with` and `range` have in common. */
export interface Branch {
  readonly pipeline: Pipeline;
  readonly body: readonly Node[];
  readonly otherwise: readonly Node[];
}

/** Commands, each one's value being the last argument of the next, and what is done with the last value. */
export interface Pipeline {
  readonly commands: readonly Command[];
  /** Names with their `$`: two only in `range`. */
  readonly variables: readonly string[];
  /** Whether the variables are new (`:=`) or there already (`=`). */
  readonly declares: boolean;
  readonly at: number;
}

/** The first operand is what is evaluated or called, the others are arguments. */
export interface Command {
  readonly operands: readonly [Operand, ...Operand[]];
  readonly at: number;
}

/** A term and the fields taken from it: `.A.B`, `$x.A`, `(f 1).A`. */
export interface Operand {
  readonly base: Base;
  readonly path: readonly string[];
  readonly at: number;
}

export type Base =
  | { readonly kind: 'dot' }
  | { readonly kind: 'nil' }
  | { readonly kind: 'constant'; readonly value: string | number | bigint | boolean }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline };

import type { Node } from './ast.ts';
import { createBudget, createOutput, DEFAULT_LIMITS, type Limits } from './budget.ts';
import { builtins } from './builtins.ts';
import type { TemplateFunction } from './callable.ts';
import { lexTemplate } from './lex-template.ts';
import { parseNodes } from './parse-nodes.ts';
import type { ParseState } from './parse-state.ts';
import { renderNodes } from './render-nodes.ts';
import { failure, type Result, success } from './result.ts';
import { describeFailure, locatedFailure, type TemplateError, TemplateFailure } from './template-error.ts';

/** The longest template, in UTF-16 code units. */
export const MAX_TEMPLATE_LENGTH = 65_536;

export interface TemplateOptions {
  /** By the names that templates call them by, besides those of Go, which they replace; `and` and `or` stay Go's. */
  readonly functions?: Readonly<Record<string, TemplateFunction>>;
  /** What a rendering may take; `DEFAULT_LIMITS` where it is silent. */
  readonly limits?: Partial<Limits>;
}

/** A template that has been read. */
export interface Template {
  /** The template's text for `data`, which need not be trusted. Renderings share nothing; none throws. */
  readonly render: (data: unknown) => Result<string, TemplateError>;
}

interface Parsed {
  readonly nodes: readonly Node[];
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
}

/** Reads a template in the language of Go's text/template. */
export function parseTemplate(text: string, options: TemplateOptions = {}): Result<Template, TemplateError> {
  const functions = new Map(Object.entries(options.functions ?? {}));
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  return attempt(text, () => {
    const parsed = parse(text, functions);
    return { render: (data) => attempt(text, () => render(parsed, functions, limits, data)) };
  });
}

function attempt<Value>(text: string, work: () => Value): Result<Value, TemplateError> {
  try {
    return success(work());
  } catch (error) {
    return failure(describeFailure(text, locatedFailure(error, 0)));
  }
}

function parse(text: string, functions: ReadonlyMap<string, TemplateFunction>): Parsed {
  if (text.length > MAX_TEMPLATE_LENGTH) {
    throw new TemplateFailure('limit', `the template is longer than ${MAX_TEMPLATE_LENGTH} characters`);
  }
  const isFunction = (name: string) => name === 'and' || name === 'or' || functions.has(name) || builtins.has(name);
  const definitions = new Map<string, readonly Node[]>();
  const segments = lexTemplate(text);
  const state: ParseState = { segments, next: 0, isFunction, variables: ['$'], definitions, loops: 0, depth: 0 };
  return { nodes: parseNodes(state), definitions };
}

function render(
  { nodes, definitions }: Parsed,
  functions: ReadonlyMap<string, TemplateFunction>,
  limits: Limits,
  data: unknown,
): string {
  const budget = createBudget(limits);
  const output = createOutput(budget);
  const scope = { functions, budget, variables: [{ name: '$', value: data }] };
  renderNodes({ scope, output, definitions, depth: 0 }, data, nodes);
  return output.text();
}

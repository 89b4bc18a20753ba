import type { Node } from './ast.ts';
import { createBudget, createOutput, DEFAULT_LIMITS, type Limits } from './budget.ts';
import { builtins } from './builtins.ts';
import type { TemplateFunction } from './callable.ts';
import { fieldsRead, plainField } from './fields-read.ts';
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
  /** What becomes of the text that an action writes; the template's own text stays as it is. Nothing when absent. */
  readonly escape?: (text: string) => string;
}

/** A template that has been read. */
export interface Template {
  /** The template's text for `data`, which need not be trusted. Renderings share nothing; none throws. */
  readonly render: (data: unknown) => Result<string, TemplateError>;
  /**
   * What the text is made of, in order: for whoever renders a template often and knows which of the data have changed. A
   * template that sets variables outside of any block is one part. The limits hold for each part.
   */
  readonly parts: readonly TemplatePart[];
}

/** A piece of a template that can be rendered without the others. */
export interface TemplatePart extends Pick<Template, 'render'> {
  /** The fields of the data that it may read, by their first names; undefined when it may be any. */
  readonly reads: ReadonlySet<string> | undefined;
  /** `Name` when the part is `{{.Name}}` and nothing else. */
  readonly field: string | undefined;
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
    const { nodes, definitions } = parse(text, functions);
    const renderer = (some: readonly Node[]) => (data: unknown) =>
      attempt(text, () => render(some, { definitions, functions, limits, escape: options.escape }, data));
    const parts = independentNodes(nodes).map(
      (some): TemplatePart => ({
        reads: fieldsRead(some),
        field: some.length === 1 ? some.map(plainField)[0] : undefined,
        render: renderer(some),
      }),
    );
    return { render: renderer(nodes), parts };
  });
}

/** Each node alone, unless a variable may lead from one to another. */
function independentNodes(nodes: readonly Node[]): readonly (readonly Node[])[] {
  const isTied = nodes.some((node) => node.kind === 'action' && node.pipeline.variables.length > 0);
  return isTied ? [nodes] : nodes.map((node) => [node]);
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

interface RenderSettings {
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
  readonly functions: ReadonlyMap<string, TemplateFunction>;
  readonly limits: Limits;
  readonly escape: ((text: string) => string) | undefined;
}

function render(
  nodes: readonly Node[],
  { definitions, functions, limits, escape }: RenderSettings,
  data: unknown,
): string {
  const budget = createBudget(limits);
  const output = createOutput(budget);
  const scope = { functions, budget, variables: [{ name: '$', value: data }] };
  renderNodes({ scope, output, definitions, escape, depth: 0 }, data, nodes);
  return output.text();
}

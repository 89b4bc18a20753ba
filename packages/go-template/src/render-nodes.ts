import type { Branch, Node, Pipeline } from './ast.ts';
import { createOutput, type Output } from './budget.ts';
import { evaluatePipeline, isTrueIn, type Scope, setVariable } from './evaluate.ts';
import { writeValue } from './format-value.ts';
import { MAX_DEPTH } from './parse-state.ts';
import { located, TemplateFailure } from './template-error.ts';
import { entryOf, evaluationFailure, keysOf, typeName, valueOf } from './value.ts';

/** A rendering: where it stands and where it writes. */
export interface Rendering {
  readonly scope: Scope;
  readonly output: Output;
  readonly definitions: ReadonlyMap<string, readonly Node[]>;
  /** See `TemplateOptions`. */
  readonly escape: ((text: string) => string) | undefined;
  /** How many templates call each other. */
  readonly depth: number;
}

/** What the nodes of a loop say about the loop. */
type Outcome = 'next' | 'break' | 'continue';

/** Writes nodes with `.` being `dot`; variables that they declare are gone afterwards. */
export function renderNodes(rendering: Rendering, dot: unknown, nodes: readonly Node[]): Outcome {
  const { variables } = rendering.scope;
  const mark = variables.length;
  for (const node of nodes) {
    const outcome = located(node.at, () => renderNode(rendering, dot, node));
    if (outcome === 'next') continue;
    variables.length = mark;
    return outcome;
  }
  variables.length = mark;
  return 'next';
}

function renderNode(rendering: Rendering, dot: unknown, node: Node): Outcome {
  const { scope, output } = rendering;
  scope.budget.charge(1);
  switch (node.kind) {
    case 'text':
      output.write(node.text);
      return 'next';
    case 'action':
      renderAction(rendering, dot, node.pipeline);
      return 'next';
    case 'template':
      renderTemplate(rendering, dot, node);
      return 'next';
    case 'if':
    case 'with':
    case 'range': {
      const mark = scope.variables.length;
      const render = node.kind === 'range' ? renderRange : node.kind === 'with' ? renderWith : renderIf;
      const outcome = render(rendering, dot, node.branch);
      scope.variables.length = mark;
      return outcome;
    }
    case 'break':
    case 'continue':
    default:
      return node.kind;
  }
}

/** Nothing is written for a pipeline that sets a variable; nil at the end of another is `<no value>`. */
function renderAction({ scope, output, escape }: Rendering, dot: unknown, pipeline: Pipeline): void {
  const value = evaluatePipeline(scope, dot, pipeline);
  if (pipeline.variables.length > 0) return;
  if (valueOf(value).kind === 'nil') {
    output.write('<no value>');
  } else if (escape === undefined) {
    writeValue(output, value, scope.budget);
  } else {
    const unescaped = createOutput(scope.budget);
    writeValue(unescaped, value, scope.budget);
    output.write(escape(unescaped.text()));
  }
}

function renderIf(rendering: Rendering, dot: unknown, { pipeline, body, otherwise }: Branch): Outcome {
  const value = evaluatePipeline(rendering.scope, dot, pipeline);
  return renderNodes(rendering, dot, isTrueIn(rendering.scope, value) ? body : otherwise);
}

function renderWith(rendering: Rendering, dot: unknown, { pipeline, body, otherwise }: Branch): Outcome {
  const value = evaluatePipeline(rendering.scope, dot, pipeline);
  return isTrueIn(rendering.scope, value)
    ? renderNodes(rendering, value, body)
    : renderNodes(rendering, dot, otherwise);
}

function renderRange(rendering: Rendering, dot: unknown, branch: Branch): Outcome {
  const value = evaluatePipeline(rendering.scope, dot, branch.pipeline, false);
  let isEmpty = true;
  for (const [key, element] of elementsOf(rendering.scope, value)) {
    isEmpty = false;
    if (renderElement(rendering, branch, key, element) === 'break') return 'next';
  }
  return isEmpty ? renderNodes(rendering, dot, branch.otherwise) : 'next';
}

function renderElement(rendering: Rendering, branch: Branch, key: unknown, element: unknown): Outcome {
  const { scope } = rendering;
  const { variables, declares } = branch.pipeline;
  scope.budget.charge(1);
  const mark = scope.variables.length;
  const values = variables.length === 2 ? [key, element] : [element];
  for (const [index, name] of variables.entries()) setVariable(scope, name, values[index], declares);
  const outcome = renderNodes(rendering, element, branch.body);
  scope.variables.length = mark;
  return outcome;
}

/** What `range` goes through: a list, a map by its keys' order, the integers below one, nothing of nil. */
function* elementsOf({ budget }: Scope, value: unknown): Generator<readonly [unknown, unknown]> {
  const known = valueOf(value);
  if (known.kind === 'list') {
    for (const [index, element] of known.list.entries()) yield [index, element];
  } else if (known.kind === 'map') {
    const keys = keysOf(known.map);
    budget.charge(keys.length);
    for (const key of keys) yield [key, entryOf(known.map, key)?.value];
  } else if (known.kind === 'number' && Number.isInteger(known.number)) {
    for (let index = 0; index < known.number; index += 1) yield [index, index];
  } else if (known.kind !== 'nil') {
    throw evaluationFailure(`range cannot go through ${typeName(value)}: expected a list, a map or an int`);
  }
}

function renderTemplate(rendering: Rendering, dot: unknown, node: Extract<Node, { readonly kind: 'template' }>): void {
  const nodes = rendering.definitions.get(node.name);
  if (nodes === undefined)
    throw new TemplateFailure('unknown-name', 'no template has this name: expected a {{define}}');
  const depth = rendering.depth + 1;
  if (depth > MAX_DEPTH)
    throw new TemplateFailure('limit', `templates call each other deeper than ${MAX_DEPTH} levels`);
  const { scope } = rendering;
  const argument = node.pipeline === undefined ? undefined : evaluatePipeline(scope, dot, node.pipeline);
  const inner = { ...scope, variables: [{ name: '$', value: argument }] };
  renderNodes({ ...rendering, scope: inner, depth }, argument, nodes);
}

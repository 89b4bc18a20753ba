import type { Base, Branch, Node, Operand, Pipeline } from './ast.ts';

/**
 * The fields of the data that nodes may read, by their first names: `Container` for `{{.Container.Name}}`. Undefined when the
 * data as a whole are used, as in `{{.}}` or `{{template "x" .}}`: then it may be any of them.
 */
export function fieldsRead(nodes: readonly Node[]): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  return readNodes(nodes, true, names) ? names : undefined;
}

/**
 * Adds names; false for the data as a whole. What is not the data themselves can only have come from them by a name that is
 * seen elsewhere, so that where `.` stands for something else its fields do not count.
 * @param isData whether `.` stands for the data; `$` always does
 */
function readNodes(nodes: readonly Node[], isData: boolean, names: Set<string>): boolean {
  return nodes.every((node) => {
    switch (node.kind) {
      case 'action':
        return readPipeline(node.pipeline, isData, names);
      case 'template':
        return node.pipeline === undefined || readPipeline(node.pipeline, isData, names);
      case 'if':
      case 'with':
      case 'range':
        return readBranch(node.branch, isData, isData && node.kind === 'if', names);
      case 'text':
      case 'break':
      case 'continue':
      default:
        return true;
    }
  });
}

function readBranch(
  { pipeline, body, otherwise }: Branch,
  isData: boolean,
  isDataInBody: boolean,
  names: Set<string>,
): boolean {
  return (
    readPipeline(pipeline, isData, names) && readNodes(body, isDataInBody, names) && readNodes(otherwise, isData, names)
  );
}

function readPipeline({ commands }: Pipeline, isData: boolean, names: Set<string>): boolean {
  return commands.every(({ operands }) => operands.every((operand) => readOperand(operand, isData, names)));
}

function readOperand({ base, path }: Operand, isData: boolean, names: Set<string>): boolean {
  if (base.kind === 'pipeline') return readPipeline(base.pipeline, isData, names);
  if (!isTheData(base, isData)) return true;
  const [name] = path;
  if (name !== undefined) names.add(name);
  return name !== undefined;
}

function isTheData(base: Base, isData: boolean): boolean {
  return (base.kind === 'dot' && isData) || (base.kind === 'variable' && base.name === '$');
}

/** The name of the one field that a node writes as it is, `{{.Name}}`; undefined when it does anything else. */
export function plainField(node: Node): string | undefined {
  if (node.kind !== 'action' || node.pipeline.variables.length > 0) return undefined;
  const [command, ...more] = node.pipeline.commands;
  if (command === undefined || more.length > 0 || command.operands.length > 1) return undefined;
  const [{ base, path }] = command.operands;
  return base.kind === 'dot' && path.length === 1 ? path[0] : undefined;
}

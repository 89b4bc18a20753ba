import type { Command } from './command.ts';
import { renderDefault, renderUsage } from './describe-option.ts';
import type { OptionDeclaration, OptionTable } from './options.ts';
import { wrapText } from './wrap-text.ts';

const WIDTH = 100;

/**
 * An example of a file for `docker run --env-file` or systemd's `EnvironmentFile=`: every variable with its meaning,
 * set to its default (else to its example) in a line that is commented out.
 */
export function renderEnvironmentFile(command: Command<OptionTable>): string {
  const introduction = `The environment of ${command.name}. Uncomment what should differ from the default; flags beat these variables.`;
  const blocks = Object.values(command.options).flatMap(renderVariable);
  return `${[comment(introduction), ...blocks].join('\n\n')}\n`;
}

function renderVariable(declaration: OptionDeclaration<unknown>): string[] {
  const { variables: [variable, ...others] = [], summary, example, secret, deprecated } = declaration;
  if (variable === undefined || deprecated !== undefined) return [];
  const usage = renderUsage(declaration);
  const notes = [
    summary,
    usage === undefined ? '' : `Flag: ${usage}.`,
    others.length === 0 ? '' : `Used when it is not set: ${others.join(', ')}.`,
  ];
  const value = secret === true ? '' : (renderDefault(declaration) ?? example ?? '');
  return [`${comment(notes.filter((note) => note !== '').join(' '))}\n#${variable}=${value}`];
}

function comment(text: string): string {
  return wrapText(text, WIDTH - 2)
    .map((line) => `# ${line}`)
    .join('\n');
}

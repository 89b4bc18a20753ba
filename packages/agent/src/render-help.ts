import type { Command } from './command.ts';
import { renderDefault, renderMeaning, renderUsage } from './describe-option.ts';
import type { OptionDeclaration, OptionTable } from './options.ts';
import { wrapText } from './wrap-text.ts';

const WIDTH = 80;
const INDENT = '        ';

/** What `-help` prints: usage, every option with its variables and default, examples. */
export function renderHelp(command: Command<OptionTable>): string {
  const { name, summary, usage, positionals, options, examples } = command;
  const declarations = Object.values(options);
  const sections = [
    [...wrapText(`${name}: ${summary}`, WIDTH), '', `Usage: ${name} ${usage}`],
    positionals.max === 0 ? [] : [`  ${positionals.name}`, ...indent(positionals.summary)],
    ['Options:', ...declarations.flatMap(renderFlag), ...renderBuiltIns()],
    renderVariables(declarations),
    examples.length === 0 ? [] : ['Examples:', ...examples.flatMap(renderExample)],
    wrapText('A flag beats its variable, a variable the default; an empty variable counts as unset.', WIDTH),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function renderFlag(declaration: OptionDeclaration<unknown>): string[] {
  const usage = renderUsage(declaration);
  if (usage === undefined) return [];
  const { variables = [] } = declaration;
  const variable = variables.length === 0 ? '' : ` Variable: ${variables.join(', else ')}.`;
  return [`  ${usage}`, ...indent(`${renderMeaning(declaration)}${variable}${renderDefaultSentence(declaration)}`)];
}

/** Options without a flag: the environment is the only way to set them. */
function renderVariables(declarations: readonly OptionDeclaration<unknown>[]): string[] {
  const lines = declarations.flatMap((declaration) => {
    const { flag, variables = [], type } = declaration;
    if (flag !== undefined || variables.length === 0) return [];
    const usage = `  ${variables.join(', else ')}=<${type.placeholder}>`;
    return [usage, ...indent(`${renderMeaning(declaration)}${renderDefaultSentence(declaration)}`)];
  });
  return lines.length === 0 ? [] : ['Environment variables without a flag:', ...lines];
}

function renderDefaultSentence(declaration: OptionDeclaration<unknown>): string {
  const text = declaration.deprecated === undefined ? renderDefault(declaration) : undefined;
  return text === undefined ? '' : ` Default: ${text}`;
}

function renderBuiltIns(): string[] {
  return ['  -help', ...indent('Prints this and exits.'), '  -version', ...indent('Prints the version and exits.')];
}

function renderExample({ command, summary }: { readonly command: string; readonly summary: string }): string[] {
  return [`  ${command}`, ...indent(summary)];
}

function indent(text: string): string[] {
  return wrapText(text, WIDTH - INDENT.length).map((line) => INDENT + line);
}

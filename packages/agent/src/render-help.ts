import type { Command, HelpTopic, Positionals, Subcommand } from './command.ts';
import { renderDefault, renderMeaning, renderUsage } from './describe-option.ts';
import type { OptionDeclaration, OptionTable } from './options.ts';
import { wrapText } from './wrap-text.ts';

const WIDTH = 80;
const INDENT = '        ';

const PRECEDENCE = 'A flag beats its variable, a variable the default; an empty variable counts as unset.';

/** What `-help` prints: usage, subcommands, every option with its variables and default, examples. */
export function renderHelp(command: Command<OptionTable>, subcommands: readonly Subcommand[] = []): string {
  const { name, summary, usage, positionals, options, examples, topics = [] } = command;
  const declarations = Object.values(options);
  const sections = [
    ...renderHead(name, summary, usage, positionals),
    subcommands.length === 0 ? [] : ['Instead of running:', ...subcommands.flatMap((sub) => renderOffer(name, sub))],
    ['Options:', ...declarations.flatMap(renderFlag), ...renderBuiltIns()],
    renderVariables(declarations),
    ...topics.map(renderTopic),
    renderExamples(examples),
    hasVariables(declarations) ? wrapText(PRECEDENCE, WIDTH) : [],
  ];
  return joinSections(sections);
}

/** What `-help` after a subcommand prints. */
export function renderSubcommandHelp({ name: program }: Command<OptionTable>, subcommand: Subcommand): string {
  const { name, summary, usage, positionals, examples } = subcommand;
  return joinSections([
    ...renderHead(`${program} ${name}`, summary, usage, positionals),
    wrapText(
      `It takes the options of ${program}, anywhere on the line; ${program} -help lists them. The log level is warn unless it is given.`,
      WIDTH,
    ),
    renderExamples(examples),
  ]);
}

type Lines = readonly string[];

function renderHead(name: string, summary: string, usage: string, positionals: Positionals): readonly Lines[] {
  return [
    [...wrapText(`${titleOf(name)}: ${summary}`, WIDTH), '', `Usage: ${name} ${usage}`],
    positionals.max === 0 ? [] : [`  ${positionals.name}`, ...indent(positionals.summary)],
  ];
}

/** A command of npm is typed with `--` before its own options, which is not part of what it is called. */
function titleOf(name: string): string {
  return name.replace(/ --$/, '');
}

function hasVariables(declarations: readonly OptionDeclaration<unknown>[]): boolean {
  return declarations.some(({ variables = [] }) => variables.length > 0);
}

function renderOffer(program: string, { name, usage, summary }: Subcommand): Lines {
  return [`  ${program} ${name} ${usage}`, ...indent(summary)];
}

function joinSections(sections: readonly Lines[]): string {
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

function renderTopic({ title, rows }: HelpTopic): Lines {
  return [`${title}:`, ...rows.flatMap(({ term, summary }) => [`  ${term}`, ...indent(summary)])];
}

function renderExamples(examples: Command<OptionTable>['examples']): Lines {
  if (examples.length === 0) return [];
  return ['Examples:', ...examples.flatMap(({ command, summary }) => [`  ${command}`, ...indent(summary)])];
}

function indent(text: string): string[] {
  return wrapText(text, WIDTH - INDENT.length).map((line) => INDENT + line);
}

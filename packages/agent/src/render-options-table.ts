import type { Command } from './command.ts';
import { renderDefault, renderMeaning, renderUsage } from './describe-option.ts';
import { renderCode, renderMarkdownTable } from './markdown-table.ts';
import type { OptionTable } from './options.ts';

/** The options of a command as a Markdown table for its README. */
export function renderOptionsTable(command: Command<OptionTable>): string {
  const rows = Object.values(command.options).map((declaration) => [
    renderCode(renderUsage(declaration) ?? ''),
    (declaration.variables ?? []).map(renderCode).join(', else '),
    declaration.deprecated === undefined ? renderCode(renderDefault(declaration) ?? '') : '',
    renderMeaning(declaration),
  ]);
  return renderMarkdownTable(['Option', 'Variable', 'Default', 'Meaning'], rows);
}

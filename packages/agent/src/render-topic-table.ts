import type { HelpTopic } from './command.ts';
import { renderCode, renderMarkdownTable } from './markdown-table.ts';

/** A topic of `--help` as a Markdown table for the README. */
export function renderTopicTable({ rows }: Pick<HelpTopic, 'rows'>): string {
  return renderMarkdownTable(
    ['Option', 'Meaning'],
    rows.map(({ term, summary }) => [renderCode(term), summary]),
  );
}

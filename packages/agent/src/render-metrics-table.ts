import { renderCode, renderMarkdownTable } from './markdown-table.ts';
import type { MetricTable } from './metrics.ts';

/** The metrics of an agent as a Markdown table for its README. */
export function renderMetricsTable(metrics: MetricTable): string {
  const rows = Object.values(metrics).map(({ name, type, labels = [], help }) => [
    renderCode(name),
    type,
    labels.map(renderCode).join(', '),
    help,
  ]);
  return renderMarkdownTable(['Metric', 'Type', 'Labels', 'Meaning'], rows);
}

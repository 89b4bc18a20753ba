import { describe, expect, it } from 'vitest';
import { agentMetrics } from './agent-metrics.ts';
import { renderMetricsTable } from './render-metrics-table.ts';

describe('renderMetricsTable', () => {
  it('has a row for every metric', () => {
    expect(`\n${renderMetricsTable(agentMetrics)}`).toMatchInlineSnapshot(`
      "
      | Metric                             | Type    | Labels             | Meaning                                                                                             |
      | ---------------------------------- | ------- | ------------------ | --------------------------------------------------------------------------------------------------- |
      | \`wharf_build_info\`                 | gauge   | \`agent\`, \`version\` | Always 1; the labels say which agent and version this is.                                           |
      | \`wharf_log_lines_dropped_total\`    | counter |                    | Lines of the agent's own log that were dropped because their reader had stalled.                    |
      | \`wharf_log_to_lines_dropped_total\` | counter |                    | Lines of the agent's own log that were never sent to the syslog server of -log-to: too many waited. |
      "
    `);
  });
});

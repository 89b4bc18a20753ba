import { defineMetrics } from './metrics.ts';

/** What every agent counts, besides prom-client's `process_*` and `nodejs_*`. */
export const agentMetrics = defineMetrics({
  buildInfo: {
    type: 'gauge',
    name: 'wharf_build_info',
    help: 'Always 1; the labels say which agent and version this is.',
    labels: ['agent', 'version'],
  },
  droppedLogLines: {
    type: 'counter',
    name: 'wharf_log_lines_dropped_total',
    help: "Lines of the agent's own log that were dropped because their reader had stalled.",
  },
  droppedLogToLines: {
    type: 'counter',
    name: 'wharf_log_to_lines_dropped_total',
    help: "Lines of the agent's own log that were never sent to the syslog server of -log-to: too many waited.",
  },
});

import type { LogLine } from './log-line.ts';

/** RFC 5424, section 6.2.1: the index is the severity. The words are those that Loki and ECS users filter by. */
const severityNames = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'] as const;

/** What a line that says nothing itself counts as, as in the priorities 14 and 11 of syslog. */
const SOURCE_SEVERITY = { stdout: 6, stderr: 3 } as const;

export function severityOf({ severity, source }: Pick<LogLine, 'severity' | 'source'>): number {
  return severity ?? SOURCE_SEVERITY[source];
}

export function severityName(severity: number): string {
  return severityNames[severity] ?? 'info';
}

import type { LogSource } from '../lines/log-line.ts';
import { headerField, headerLimits } from './header-field.ts';

export type SyslogFormat = 'rfc5424' | 'rfc3164';

/** What a message says about where its line comes from. */
export interface SyslogOrigin {
  readonly hostname: string;
  /** The container's name. */
  readonly tag: string;
  /** The container's process on the host. */
  readonly pid: number;
}

/** The parts of a header that all lines of a container share, ready to be joined. */
export interface SyslogHeader {
  /** Up to the time, by source: facility user (1), severity informational (6) or error (3), as the original has it. */
  readonly start: Readonly<Record<LogSource, string>>;
  /** From the time to the text. */
  readonly end: string;
}

/** Prepares the header of a container's lines. */
export function syslogHeader(origin: SyslogOrigin, format: SyslogFormat): SyslogHeader {
  const host = headerField(origin.hostname, headerLimits.host);
  const pid = headerField(String(origin.pid), headerLimits.procId);
  if (format === 'rfc3164') {
    const tag = headerField(origin.tag, headerLimits.tag);
    return { start: { stdout: '<14>', stderr: '<11>' }, end: ` ${host} ${tag}[${pid}]: ` };
  }
  const appName = headerField(origin.tag, headerLimits.appName);
  return { start: { stdout: '<14>1 ', stderr: '<11>1 ' }, end: ` ${host} ${appName} ${pid} - - ` };
}

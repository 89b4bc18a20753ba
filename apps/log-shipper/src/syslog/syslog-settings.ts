import type { LineTemplate } from '../templates/line-template.ts';
import type { TcpFraming } from './frame-message.ts';

export type SyslogFormat = 'rfc5424' | 'rfc3164';

/** Where the time of a message is from: the engine, to the microsecond or the second, or the second of reading. */
export type SyslogTime = 'engine' | 'engine-seconds' | 'read';

/** How each part of a message comes about. */
export interface SyslogTemplates {
  readonly priority: LineTemplate;
  readonly timestamp: LineTemplate;
  readonly hostname: LineTemplate;
  readonly tag: LineTemplate;
  readonly pid: LineTemplate;
  /** An element without its brackets; `-` for none. */
  readonly structuredData: LineTemplate;
  readonly data: LineTemplate;
}

/** What the syslog messages of a route hold. */
export interface SyslogSettings {
  readonly format: SyslogFormat;
  readonly tcpFraming: TcpFraming;
  readonly templates: SyslogTemplates;
  readonly time: SyslogTime;
  /** What the template of structured data gives is escaped, and left out where it is none. */
  readonly escape: boolean;
  /** Structured data tells of the container. */
  readonly metadata: boolean;
  /** Structured data numbers the messages. */
  readonly sequence: boolean;
  /** In the SD-ID of structured data that is the shipper's own (RFC 5424, section 6.3.2). */
  readonly enterprise: number;
}

import type { LineEncoder } from '../lines/line-encoder.ts';
import { endMessage, type Framing } from './frame-message.ts';
import { type SyslogFormat, type SyslogOrigin, syslogHeader } from './syslog-header.ts';
import { syslogTime } from './syslog-time.ts';

export interface SyslogEncoding {
  readonly format: SyslogFormat;
  readonly framing: Framing;
  /** A message did not fit its datagram. */
  readonly onCut: () => void;
}

/**
 * The encoder of one container's lines. A message is as the original sends it:
 * - RFC 5424: `<pri>1 time host app-name procid - - text`;
 * - RFC 3164: `<pri>time host tag[pid]: text`, the time in the form of RFC 5424 too.
 *
 * The text is the container's bytes as they are.
 */
export function createSyslogEncoder(origin: SyslogOrigin, { format, framing, onCut }: SyslogEncoding): LineEncoder {
  const { start, end } = syslogHeader(origin, format);
  return ({ source, timestamp, bytes }, out) => {
    out.latin1(start[source] + syslogTime(timestamp) + end);
    out.bytes(bytes);
    if (!endMessage(out, framing)) onCut();
  };
}

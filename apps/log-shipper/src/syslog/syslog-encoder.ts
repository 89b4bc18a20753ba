import type { LineEncoder } from '../lines/line-encoder.ts';
import { frameDatagram, frameStream, type TcpFraming } from './frame-message.ts';
import { renderSyslog, type SyslogFormat, type SyslogOrigin, syslogHeader } from './render-syslog.ts';

export interface SyslogEncoding {
  readonly format: SyslogFormat;
  readonly framing: 'datagram' | TcpFraming;
  /** A message did not fit its datagram. */
  readonly onCut: () => void;
}

/** The encoder of one container's lines. */
export function createSyslogEncoder(origin: SyslogOrigin, { format, framing, onCut }: SyslogEncoding): LineEncoder {
  const header = syslogHeader(origin, format);
  if (framing !== 'datagram') return (line) => frameStream(renderSyslog(line, header), framing);
  return (line) => {
    const message = renderSyslog(line, header);
    const datagram = frameDatagram(message);
    if (datagram.length < message.length) onCut();
    return datagram;
  };
}

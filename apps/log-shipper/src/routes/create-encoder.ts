import type { Container } from '@wharf/docker-watcher';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { createOutputEncoder } from '../output/output-encoder.ts';
import type { Framing, TcpFraming } from '../syslog/frame-message.ts';
import { createSyslogEncoder } from '../syslog/syslog-encoder.ts';
import type { SyslogFormat } from '../syslog/syslog-header.ts';
import type { Carrier, Destination } from './route.ts';

export interface EncodingSettings {
  readonly syslogFormat: SyslogFormat;
  readonly syslogTcpFraming: TcpFraming;
  /** Stands for every container's own host name in syslog messages; empty for none. */
  readonly syslogHostname: string;
  readonly onCut: () => void;
}

/** The encoder of a container's lines for a destination. */
export function createEncoder(
  destination: Destination,
  { name, hostname, state }: Pick<Container, 'name' | 'hostname' | 'state'>,
  settings: EncodingSettings,
): LineEncoder {
  if (destination.adapter !== 'syslog') return createOutputEncoder(name);
  const origin = { hostname: settings.syslogHostname || hostname, tag: name, pid: state.pid };
  return createSyslogEncoder(origin, {
    format: settings.syslogFormat,
    framing: framingOf(destination.carrier, settings.syslogTcpFraming),
    onCut: settings.onCut,
  });
}

function framingOf(carrier: Carrier, tcpFraming: TcpFraming): Framing {
  if (carrier === 'udp') return 'datagram';
  return carrier === 'tcp' || carrier === 'tls' ? tcpFraming : 'bare';
}

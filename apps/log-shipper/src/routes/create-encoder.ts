import type { Container } from '@wharf/docker-watcher';
import { containerMetadata } from '../containers/container-metadata.ts';
import type { RouteEncoding } from '../encoding-options.ts';
import { createSinkEncoder } from '../http-sinks/create-sink-encoder.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { createOutputEncoder } from '../output/output-encoder.ts';
import { createRawEncoder } from '../raw/raw-encoder.ts';
import type { Framing, TcpFraming } from '../syslog/frame-message.ts';
import type { Sequence } from '../syslog/sequence.ts';
import { createSyslogEncoder, type SyslogContext } from '../syslog/syslog-encoder.ts';
import type { Carrier, Destination } from './route.ts';

/** What the encoders of a route have in common. */
export interface EncoderContext extends Pick<SyslogContext, 'wallMs' | 'onCut'> {
  /** The machine that containers run on. */
  readonly host: string;
  /** Stands for every container's own host name in syslog messages; empty for none. */
  readonly syslogHostname: string;
  readonly sequence: Sequence;
  /** A template of the operator's has no value for a line of a container. */
  readonly onTemplateFailure: (container: Container, template: string, message: string) => void;
}

/** The encoder of a container's lines for a destination. */
export function createEncoder(
  destination: Destination,
  container: Container,
  encoding: RouteEncoding,
  { host, syslogHostname, sequence, wallMs, onCut, onTemplateFailure }: EncoderContext,
): LineEncoder {
  const { syslog, rawFormat, labels } = encoding;
  const common = {
    wallMs,
    onCut,
    onTemplateFailure: (template: string, message: string) => onTemplateFailure(container, template, message),
  };
  switch (destination.adapter) {
    case 'syslog': {
      const framing = framingOf(destination.carrier, syslog.tcpFraming);
      const context = { ...common, framing, hostname: syslogHostname, sequence };
      return createSyslogEncoder(container, containerMetadata(container, host, labels), syslog, context);
    }
    case 'raw':
      return createRawEncoder(container, rawFormat, syslog.time, {
        ...common,
        isDatagram: destination.carrier === 'udp',
      });
    case 'stdout':
      return createOutputEncoder(container.name);
    case 'loki':
    case 'elasticsearch':
    case 'json':
    default:
      return createSinkEncoder(destination.adapter, containerMetadata(container, host, labels), sequence.run);
  }
}

function framingOf(carrier: Carrier, tcpFraming: TcpFraming): Framing {
  if (carrier === 'udp') return 'datagram';
  return carrier === 'tcp' || carrier === 'tls' ? tcpFraming : 'bare';
}

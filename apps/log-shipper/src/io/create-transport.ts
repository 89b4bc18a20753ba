import type { Writable } from 'node:stream';
import type { Destination } from '../routes/route.ts';
import { createOutputTransport } from './output-transport.ts';
import { createTcpTransport } from './tcp-transport.ts';
import type { Transport, TransportContext } from './transport.ts';
import { createUdpTransport } from './udp-transport.ts';

/** At most this many bytes that were handed to the kernel are held to be sent again. */
const RESEND_BYTES = 256 * 1024;

export interface TransportSettings {
  readonly tcpResendMs: number;
  /** Standard output. */
  readonly output: Writable;
}

/** The transport that takes messages to a destination. */
export function createTransport(
  destination: Destination,
  { tcpResendMs, output }: TransportSettings,
  context: TransportContext,
): Transport {
  if (destination.adapter !== 'syslog') return createOutputTransport(output, context);
  const { host, port = 514, carrier } = destination;
  if (carrier === 'udp') return createUdpTransport({ host, port }, context);
  return createTcpTransport({ host, port, resend: { ageMs: tcpResendMs, bytes: RESEND_BYTES } }, context);
}

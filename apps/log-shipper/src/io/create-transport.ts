import type { Writable } from 'node:stream';
import type { Carrier, Destination } from '../routes/route.ts';
import type { RouteSettings } from '../routes/route-settings.ts';
import { isOverTls } from '../tls-options.ts';
import { createHttpTransport } from './http-transport.ts';
import { createOutputTransport } from './output-transport.ts';
import { createTlsReader } from './read-tls-settings.ts';
import { createRelpTransport } from './relp-transport.ts';
import { createTcpTransport } from './tcp-transport.ts';
import type { Transport, TransportContext } from './transport.ts';
import { createUdpTransport } from './udp-transport.ts';

/** At most this many bytes that were handed to the kernel are held to be sent again. */
const RESEND_BYTES = 256 * 1024;

/** RFC 5426, section 3.3; RFC 5425, section 4.1; the others have none of their own, and these are what rsyslog's users take. */
const ports: Readonly<Record<Carrier, number>> = { udp: 514, tcp: 514, tls: 6514, relp: 2514, relps: 2514 };

export interface TransportSettings extends Pick<RouteSettings, 'sink' | 'tls'> {
  readonly tcpResendMs: number;
  /** Standard output. */
  readonly output: Writable;
}

/**
 * The transport that takes messages to a destination.
 * @throws Error when it is over TLS, and naming a file for that which cannot be read
 */
export function createTransport(
  destination: Destination,
  { tcpResendMs, output, sink, tls }: TransportSettings,
  context: TransportContext,
): Transport {
  if (destination.adapter === 'stdout') return createOutputTransport(output, context);
  const readTls = isOverTls(destination) ? createTlsReader(tls, context.log) : undefined;
  if ('url' in destination) return createHttpTransport({ ...destination, options: sink, readTls }, context);
  const { host, carrier } = destination;
  const target = { host, port: destination.port ?? ports[carrier] };
  if (carrier === 'udp') return createUdpTransport(target, context);
  if (carrier === 'relp' || carrier === 'relps') return createRelpTransport({ ...target, readTls }, context);
  return createTcpTransport({ ...target, readTls, resend: { ageMs: tcpResendMs, bytes: RESEND_BYTES } }, context);
}

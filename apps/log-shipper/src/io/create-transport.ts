import type { Writable } from 'node:stream';
import type { QueueLimits } from '../queue/message-queue.ts';
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

/** At least this many bytes that were handed to the kernel may be held to be sent again. */
const LEAST_RESEND_BYTES = 256 * 1024;

/** RFC 5426, section 3.3; RFC 5425, section 4.1; the others have none of their own, and these are what rsyslog's users take. */
const ports: Readonly<Record<Carrier, number>> = { udp: 514, tcp: 514, tls: 6514, relp: 2514, relps: 2514 };

export interface TransportSettings extends Pick<RouteSettings, 'sink' | 'tls'> {
  readonly tcpResendMs: number;
  /** The limits of the route's queue. */
  readonly queue: QueueLimits;
  /** Standard output. */
  readonly output: Writable;
}

/**
 * The transport that takes messages to a destination.
 * @throws Error when it is over TLS, and naming a file for that which cannot be read
 */
export function createTransport(
  destination: Destination,
  { tcpResendMs, queue, output, sink, tls }: TransportSettings,
  context: TransportContext,
): Transport {
  if (destination.adapter === 'stdout') return createOutputTransport(output, context);
  const readTls = isOverTls(destination) ? createTlsReader(tls, context.log) : undefined;
  if ('url' in destination) return createHttpTransport({ ...destination, options: sink, readTls }, context);
  const { host, carrier } = destination;
  const target = { host, port: destination.port ?? ports[carrier] };
  if (carrier === 'udp') return createUdpTransport(target, context);
  if (carrier === 'relp' || carrier === 'relps') return createRelpTransport({ ...target, readTls }, context);
  // Half of the queue: the kernels on the way may hold megabytes, and the other half keeps the receiver busy.
  const resend = {
    ageMs: tcpResendMs,
    bytes: Math.max(LEAST_RESEND_BYTES, queue.bytes / 2),
    messages: Math.floor(queue.messages / 2),
  };
  return createTcpTransport({ ...target, readTls, resend }, context);
}

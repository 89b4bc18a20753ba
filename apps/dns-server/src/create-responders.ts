import type { Clock, Logger, Metrics } from '@wharf/agent';
import { type Exchange, respond, serverFailure } from './answer/respond.ts';
import type { QueryAnswerer } from './create-query-answerer.ts';
import type { QuickResponder, Responder, Responders } from './io/responder.ts';
import type { dnsServerMetrics } from './metrics.ts';
import { createExchangeObserver } from './observe-exchange.ts';

export interface ResponderOptions {
  readonly answer: QueryAnswerer;
  readonly answerQuickly: QuickResponder;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly log: Logger;
  readonly metrics: Metrics<typeof dnsServerMetrics>;
  /** Whether each query is logged. */
  readonly verbose: boolean;
}

/** How much of a query that brought out a fault the log shows. */
const MAX_LOGGED_OCTETS = 512;

/** From bytes to bytes, counted and logged; a fault in an answer is the server's, and the client is told. */
export function createResponders(options: ResponderOptions): Responders {
  const respond = createResponder(options);
  // Queries are logged as messages, which quick answers do without.
  return options.verbose ? { respond } : { respond, respondQuickly: createQuickResponder(options) };
}

function createResponder({ answer, clock, log, metrics, verbose }: ResponderOptions): Responder {
  const observe = createExchangeObserver({ metrics, log, verbose });
  const reportFault = (error: unknown, query: Buffer): Buffer | undefined => {
    metrics.failures.inc();
    log.error({ err: error, query: shown(query) }, 'a query cannot be answered because of a fault in here');
    return serverFailure(query);
  };

  return (bytes, client) => {
    const { transport } = client;
    const startMs = clock.monotonicMs();
    const finish = (exchange: Exchange): Buffer | undefined => {
      observe(exchange, transport, clock.monotonicMs() - startMs);
      return exchange.reply?.bytes;
    };
    try {
      const exchange = respond(bytes, transport, (query) => answer(query, client));
      if (!(exchange instanceof Promise)) return finish(exchange);
      const copy = Buffer.from(bytes.subarray(0, MAX_LOGGED_OCTETS));
      return exchange.then(finish).catch((error: unknown) => reportFault(error, copy));
    } catch (error) {
      return reportFault(error, bytes);
    }
  };
}

function createQuickResponder({ answerQuickly, log }: ResponderOptions): QuickResponder {
  return (packet, start, end, client, into, at) => {
    try {
      return answerQuickly(packet, start, end, client, into, at);
    } catch (error) {
      const query = shown(packet.subarray(start, end));
      log.error({ err: error, query }, 'a reply cannot be kept because of a fault in here');
      return 0;
    }
  };
}

function shown(query: Buffer): string {
  return query.toString('hex', 0, MAX_LOGGED_OCTETS);
}

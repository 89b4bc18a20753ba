import type { Clock, Logger, Metrics } from '@wharf/agent';
import { createAnswerer, type StoreFacts } from './answer/create-answerer.ts';
import { respond, serverFailure } from './answer/respond.ts';
import type { AnswerConfig, DnsServerConfig } from './config.ts';
import { type Listeners, startListeners } from './io/listeners.ts';
import type { Responder } from './io/responder.ts';
import type { dnsServerMetrics } from './metrics.ts';
import { createExchangeObserver } from './observe-exchange.ts';

export interface ServingOptions {
  readonly config: DnsServerConfig;
  /** What is known of the store, as of now. */
  readonly facts: StoreFacts;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly metrics: Metrics<typeof dnsServerMetrics>;
}

/** The part of a server that faces its clients: sockets and answers, from what the other part knows of the store. */
export interface Serving {
  /** @throws ListenError */
  start(): Promise<Listeners>;
  /** Answers from now on by another configuration. */
  configure(answers: AnswerConfig): void;
  /** Takes no more queries, sends what it owes, and resolves. */
  stop(): Promise<void>;
}

/** How much of a query that brought out a fault the log shows. */
const MAX_LOGGED_OCTETS = 512;

export function createServing({ config, facts, clock, log, random, metrics }: ServingOptions): Serving {
  const createAnswers = (answers: AnswerConfig) =>
    createAnswerer(answers, config.listen, { ...facts, wallMs: () => clock.wallMs(), random });
  let answer = createAnswers(config.answers);
  let listeners: Listeners | undefined;
  const observe = createExchangeObserver({ metrics, log, verbose: config.verbose });

  const respondAndObserve: Responder = (query, { transport }) => {
    const startMs = clock.monotonicMs();
    try {
      const exchange = respond(query, transport, answer);
      observe(exchange, transport, clock.monotonicMs() - startMs);
      return exchange.reply?.bytes;
    } catch (error) {
      metrics.failures.inc();
      log.error(
        { err: error, query: query.toString('hex', 0, MAX_LOGGED_OCTETS) },
        'a query cannot be answered because of a fault in here',
      );
      return serverFailure(query);
    }
  };

  return {
    async start() {
      listeners = await startListeners({
        listen: config.listen,
        udp: config.udp,
        respond: respondAndObserve,
        clock,
        log,
        onDropped: () => metrics.droppedReplies.inc(),
        onConnections: (count) => metrics.tcpConnections.set(count),
        onEvicted: () => metrics.tcpEvictions.inc(),
      });
      return listeners;
    },
    configure(answers) {
      answer = createAnswers(answers);
    },
    async stop() {
      await listeners?.close();
    },
  };
}

import { type Clock, type Logger, type Metrics, VERSION } from '@wharf/agent';
import type { Message } from '@wharf/dns-wire';
import { createAnswerer, type StoreFacts } from './answer/create-answerer.ts';
import { respond, serverFailure } from './answer/respond.ts';
import type { AnswerConfig, DnsServerConfig } from './config.ts';
import type { CookieSecrets } from './edns/cookie-secrets.ts';
import { hearOptions, type OptionSettings, replyToOptions, withOptions } from './edns/request-options.ts';
import { createServerCookies } from './edns/server-cookies.ts';
import { type Listeners, startListeners } from './io/listeners.ts';
import type { Client, Responder } from './io/responder.ts';
import { TCP_IDLE_TIMEOUT_MS } from './io/tcp-server.ts';
import type { dnsServerMetrics } from './metrics.ts';
import { createExchangeObserver } from './observe-exchange.ts';

export interface ServingOptions {
  readonly config: DnsServerConfig;
  readonly facts: ServingFacts;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly hostname: string;
  readonly metrics: Metrics<typeof dnsServerMetrics>;
  readonly cookieSecrets: CookieSecrets;
}

/** What is known of the store, as of now. */
export interface ServingFacts extends StoreFacts {
  /** Says whether `recordsOfAddress` will be asked; that takes memory and, with records there already, some time. */
  keepAddresses(isKept: boolean): void;
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

export function createServing(options: ServingOptions): Serving {
  const { config, facts, clock, log, random, metrics } = options;
  const cookies = createServerCookies(options.cookieSecrets);
  const wallMs = () => clock.wallMs();
  const server = { version: `wharf dns-server ${VERSION}`, hostname: options.hostname };
  const createAnswers = (answers: AnswerConfig) => {
    const answerQuestion = createAnswerer(answers, config.listen, { ...facts, server, wallMs, random });
    const { edns } = answers;
    const settings: OptionSettings = {
      cookies: edns.cookies ? cookies : undefined,
      nsid: edns.nsid === undefined ? undefined : Buffer.from(edns.nsid),
      tcpIdleMs: TCP_IDLE_TIMEOUT_MS,
      wallMs,
    };
    return (query: Message, client: Client): Message | undefined => {
      const heard = hearOptions(query.edns, client, settings);
      if (heard.type === 'heard' && heard.cookie !== undefined) metrics.cookies.inc({ verdict: heard.cookie });
      const settled = replyToOptions(query, heard);
      if (settled !== undefined) return settled;
      const reply = answerQuestion(query);
      return reply === undefined ? undefined : withOptions(reply, heard);
    };
  };
  let answer = createAnswers(config.answers);
  let keepsAddresses = false;
  const keepAddresses = (isKept: boolean): void => {
    if (isKept !== keepsAddresses) facts.keepAddresses(isKept);
    keepsAddresses = isKept;
  };
  let listeners: Listeners | undefined;
  const observe = createExchangeObserver({ metrics, log, verbose: config.verbose });

  const respondAndObserve: Responder = (bytes, client) => {
    const { transport } = client;
    const startMs = clock.monotonicMs();
    try {
      const exchange = respond(bytes, transport, (query) => answer(query, client));
      observe(exchange, transport, clock.monotonicMs() - startMs);
      return exchange.reply?.bytes;
    } catch (error) {
      metrics.failures.inc();
      log.error(
        { err: error, query: bytes.toString('hex', 0, MAX_LOGGED_OCTETS) },
        'a query cannot be answered because of a fault in here',
      );
      return serverFailure(bytes);
    }
  };

  return {
    async start() {
      keepAddresses(config.answers.autoPtr);
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
      keepAddresses(answers.autoPtr);
      answer = createAnswers(answers);
    },
    async stop() {
      await listeners?.close();
    },
  };
}

import { type Clock, type HostPort, type Logger, type Metrics, VERSION } from '@wharf/agent';
import type { Message } from '@wharf/dns-wire';
import type { LeaseId } from '@wharf/etcd-client';
import { type AnswerSources, createAnswerer, type StoreFacts } from './answer/create-answerer.ts';
import { type Exchange, respond, serverFailure } from './answer/respond.ts';
import type { AnswerConfig, DnsServerConfig } from './config.ts';
import type { CookieSecrets } from './edns/cookie-secrets.ts';
import { hearOptions, type OptionSettings, replyToOptions, withOptions } from './edns/request-options.ts';
import { createServerCookies } from './edns/server-cookies.ts';
import { createForwarding } from './forwarding.ts';
import type { LeaseEnd } from './io/lease-tracker.ts';
import { type Listeners, type Sharing, startListeners } from './io/listeners.ts';
import { nextTurn } from './io/next-turn.ts';
import type { Client, QuickResponder, Responder } from './io/responder.ts';
import { TCP_IDLE_TIMEOUT_MS } from './io/tcp-server.ts';
import type { dnsServerMetrics } from './metrics.ts';
import { createExchangeObserver } from './observe-exchange.ts';
import { createCookieWriter } from './prepared/cookie-writer.ts';
import { createFastObserver } from './prepared/fast-observer.ts';
import { createPreparedAnswers } from './prepared/prepared-answers.ts';
import { createPreparedStore, type PreparedStore } from './prepared/prepared-store.ts';
import type { Asker } from './upstream/create-forwarder.ts';
import { hasStubOption } from './upstream/stub-option.ts';

export interface ServingOptions {
  readonly config: DnsServerConfig;
  readonly facts: ServingFacts;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly hostname: string;
  readonly metrics: Metrics<typeof dnsServerMetrics>;
  readonly cookieSecrets: CookieSecrets;
  /** Who is asked about names outside where the configuration does not say; nobody when absent. */
  readonly systemNameservers?: readonly HostPort[];
  /** Whether other threads serve the same address; they do not when absent. */
  readonly sharing?: Sharing;
}

/** What is known of the store, as of now. */
export interface ServingFacts extends StoreFacts {
  /** What the hashes of the index's names begin with. */
  readonly nameSeed: number;
  /** When a lease ends, as far as is known; undefined before anything is asked about leases. */
  leaseEnd(lease: LeaseId): LeaseEnd | undefined;
  /** Says whether `recordsOfAddress` will be asked; that takes memory and, with records there already, some time. */
  keepAddresses(isKept: boolean): void;
}

/** The part of a server that faces its clients: sockets and answers, from what the other part knows of the store. */
export interface Serving {
  /** @throws ListenError */
  start(): Promise<Listeners>;
  /** Answers from now on by another configuration. */
  configure(answers: AnswerConfig): void;
  /** Takes no more queries, sends what it owes, and resolves; questions that others are asked are given up. */
  stop(): Promise<void>;
  /** What is asked of other name servers, for `/debug`. */
  describeForwarding(): unknown;
}

/** How much of a query that brought out a fault the log shows. */
const MAX_LOGGED_OCTETS = 512;

export function createServing(options: ServingOptions): Serving {
  const { config, facts, clock, log, random, metrics } = options;
  const cookies = createServerCookies(options.cookieSecrets);
  const wallMs = () => clock.wallMs();
  const server = { version: `wharf dns-server ${VERSION}`, hostname: options.hostname };
  const forwarding = createForwarding({
    answers: config.answers,
    listen: config.listen,
    systemNameservers: options.systemNameservers ?? [],
    index: () => facts.index(),
    clock,
    log,
    random,
    metrics,
  });
  const stubZones = () => forwarding.stubZones();
  const sources: AnswerSources = { ...facts, server, wallMs, random, stubZones };
  const createAnswers = (answers: AnswerConfig) => {
    const answerQuestion = createAnswerer(answers, config.listen, sources);
    const { edns } = answers;
    const settings: OptionSettings = {
      cookies: edns.cookies ? cookies : undefined,
      nsid: edns.nsid === undefined ? undefined : Buffer.from(edns.nsid),
      tcpIdleMs: TCP_IDLE_TIMEOUT_MS,
      wallMs,
    };
    return (query: Message, client: Client): Message | undefined | Promise<Message | undefined> => {
      const heard = hearOptions(query.edns, client, settings);
      if (heard.type === 'heard' && heard.cookie !== undefined) metrics.cookies.inc({ verdict: heard.cookie });
      const settled = replyToOptions(query, heard);
      // The client is known only until this returns.
      const recursionAvailable = forwarding.isAvailableTo(client);
      if (settled !== undefined) return { ...settled, recursionAvailable };
      const turn = random();
      return forwarding.complete(askerOf(query, client), (lookup) => {
        const reply = answerQuestion(query, lookup, turn);
        return reply === undefined ? undefined : { ...withOptions(reply, heard), recursionAvailable };
      });
    };
  };
  const preparedStore: PreparedStore = createPreparedStore({
    seed: Math.floor(random() * 2 ** 32),
    onKept(isEviction) {
      if (isEviction) metrics.preparedEvictions.inc();
      metrics.preparedQuestions.set(preparedStore.table.size);
    },
  });
  const observeFast = createFastObserver(metrics);
  const cookieWriter = createCookieWriter({
    cookies,
    wallMs,
    onVerdict: (verdict) => metrics.cookies.inc({ verdict }),
  });
  const prepareAnswers = (answers: AnswerConfig) =>
    createPreparedAnswers({
      config: answers,
      listen: config.listen,
      sources,
      nameSeed: facts.nameSeed,
      leaseEnd: (lease) => facts.leaseEnd(lease),
      clock,
      store: preparedStore,
      observe: observeFast,
      cookies: answers.edns.cookies ? cookieWriter : undefined,
      isRecursionAvailable: (client) => forwarding.isAvailableTo(client),
    });
  let prepared = prepareAnswers(config.answers);
  let answer = createAnswers(config.answers);
  let keepsAddresses = false;
  const keepAddresses = (isKept: boolean): void => {
    if (isKept !== keepsAddresses) facts.keepAddresses(isKept);
    keepsAddresses = isKept;
  };
  let listeners: Listeners | undefined;
  const observe = createExchangeObserver({ metrics, log, verbose: config.verbose });

  const reportFault = (error: unknown, bytes: Buffer): Buffer | undefined => {
    metrics.failures.inc();
    log.error(
      { err: error, query: bytes.toString('hex', 0, MAX_LOGGED_OCTETS) },
      'a query cannot be answered because of a fault in here',
    );
    return serverFailure(bytes);
  };

  const respondAndObserve: Responder = (bytes, client) => {
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

  const respondQuickly: QuickResponder = (packet, start, end, client, into, at) => {
    try {
      return prepared.answer(packet, start, end, client, into, at);
    } catch (error) {
      log.error(
        { err: error, query: packet.toString('hex', start, Math.min(end, start + MAX_LOGGED_OCTETS)) },
        'a reply cannot be kept because of a fault in here',
      );
      return 0;
    }
  };

  return {
    async start() {
      keepAddresses(config.answers.autoPtr);
      listeners = await startListeners({
        listen: config.listen,
        sharing: options.sharing ?? 'alone',
        udp: config.udp,
        respond: respondAndObserve,
        // Queries are logged as messages, which prepared answers do without.
        ...(config.verbose ? {} : { respondQuickly }),
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
      forwarding.configure(answers);
      answer = createAnswers(answers);
      prepared = prepareAnswers(answers);
    },
    async stop() {
      await forwarding.close();
      // What is known now is sent by promises that were made before this one.
      await nextTurn();
      await listeners?.close();
    },
    describeForwarding: () => forwarding.describe(),
  };
}

function askerOf({ recursionDesired, edns }: Message, client: Client): Asker {
  return {
    isLocal: () => client.isLocal(),
    recursionDesired,
    dnssecOk: edns?.dnssecOk ?? false,
    cameFromStub: hasStubOption(edns),
  };
}

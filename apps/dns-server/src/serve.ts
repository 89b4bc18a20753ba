import { type Clock, type HostPort, type Logger, type Metrics, VERSION } from '@wharf/agent';
import type { LeaseId } from '@wharf/etcd-client';
import type { AnswerSources, StoreFacts } from './answer/create-answerer.ts';
import type { AnswerConfig, DnsServerConfig } from './config.ts';
import { createPreparation } from './create-preparation.ts';
import { createQueryAnswerer } from './create-query-answerer.ts';
import { createResponders } from './create-responders.ts';
import type { CookieSecrets } from './edns/cookie-secrets.ts';
import { createServerCookies } from './edns/server-cookies.ts';
import { createForwarding, type Forwarding } from './forwarding.ts';
import type { LeaseEnd } from './io/lease-tracker.ts';
import { type Listeners, type Sharing, startListeners } from './io/listeners.ts';
import { nextTurn } from './io/next-turn.ts';
import type { Responders } from './io/responder.ts';
import type { dnsServerMetrics } from './metrics.ts';

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
  /**
   * Takes no more queries, sends what it owes, and resolves; questions that others are asked are given up, with
   * `-reuse-port` after `SETTLE_TIMEOUT_MS`.
   */
  stop(): Promise<void>;
  /** What is asked of other name servers, for `/debug`. */
  describeForwarding(): unknown;
}

export function createServing(options: ServingOptions): Serving {
  const { config, facts, clock } = options;
  const forwarding = createServingForwarding(options);
  const answering = createAnswering(options, forwarding);
  const keepAddresses = createAddressKeeper(facts);
  let listeners: Listeners | undefined;

  return {
    async start() {
      keepAddresses(config.answers.autoPtr);
      listeners = await listen(options, answering.responders);
      return listeners;
    },
    configure(answers) {
      keepAddresses(answers.autoPtr);
      forwarding.configure(answers);
      answering.configure(answers);
    },
    async stop() {
      await listeners?.leave();
      // Others at the address answer meanwhile.
      if (config.reusePort) await settledInTime(forwarding, clock);
      await forwarding.close();
      // What is known now is sent by promises that were made before this one.
      await nextTurn();
      await listeners?.close();
    },
    describeForwarding: () => forwarding.describe(),
  };
}

/** As long as a name server has by default: one that is stopped has to end before it is killed. */
const SETTLE_TIMEOUT_MS = 2_000;

/** Resolves when all that others were asked is answered, or after `SETTLE_TIMEOUT_MS`. */
async function settledInTime(forwarding: Forwarding, clock: Clock): Promise<void> {
  const late = Promise.withResolvers<void>();
  const cancel = clock.schedule(SETTLE_TIMEOUT_MS, () => late.resolve());
  await Promise.race([forwarding.settled(), late.promise]);
  cancel();
}

function createServingForwarding(options: ServingOptions): Forwarding {
  const { config, facts, clock, log, random, metrics } = options;
  return createForwarding({
    answers: config.answers,
    listen: config.listen,
    systemNameservers: options.systemNameservers ?? [],
    index: () => facts.index(),
    clock,
    log,
    random,
    metrics,
  });
}

/** What the sockets ask, by the configuration of the moment. */
interface Answering {
  readonly responders: Responders;
  configure(answers: AnswerConfig): void;
}

function createAnswering(options: ServingOptions, forwarding: Forwarding): Answering {
  const { config, facts, clock, log, random, metrics } = options;
  const { listen } = config;
  const cookies = createServerCookies(options.cookieSecrets);
  const sources: AnswerSources = {
    ...facts,
    server: { version: `wharf dns-server ${VERSION}`, hostname: options.hostname },
    wallMs: () => clock.wallMs(),
    random,
    stubZones: () => forwarding.stubZones(),
  };
  const shared = { listen, sources, forwarding, cookies, metrics };
  const { nameSeed } = facts;
  const prepareAnswers = createPreparation({ ...shared, nameSeed, leaseEnd: (lease) => facts.leaseEnd(lease), clock });
  let answer = createQueryAnswerer(config.answers, shared);
  let prepared = prepareAnswers(config.answers);

  return {
    responders: createResponders({
      answer: (query, client) => answer(query, client),
      answerQuickly: (packet, start, end, client, into, at) => prepared.answer(packet, start, end, client, into, at),
      clock,
      log,
      metrics,
      verbose: config.verbose,
    }),
    configure(answers) {
      answer = createQueryAnswerer(answers, shared);
      prepared = prepareAnswers(answers);
    },
  };
}

/** Says to the facts whether `recordsOfAddress` will be asked, where that is another than before. */
function createAddressKeeper(facts: Pick<ServingFacts, 'keepAddresses'>): (isKept: boolean) => void {
  let keepsAddresses = false;
  return (isKept) => {
    if (isKept !== keepsAddresses) facts.keepAddresses(isKept);
    keepsAddresses = isKept;
  };
}

function listen(options: ServingOptions, responders: Responders): Promise<Listeners> {
  const { config, clock, log, metrics } = options;
  return startListeners({
    ...responders,
    listen: config.listen,
    sharing: options.sharing ?? 'alone',
    reusePort: config.reusePort,
    udp: config.udp,
    clock,
    log,
    onDropped: () => metrics.droppedReplies.inc(),
    onConnections: (count) => metrics.tcpConnections.set(count),
    onEvicted: () => metrics.tcpEvictions.inc(),
  });
}

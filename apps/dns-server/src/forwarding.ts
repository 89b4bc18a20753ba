import { type Clock, type HostPort, type Logger, type Metrics, renderHostPort } from '@wharf/agent';
import { renderDomain } from '@wharf/record-schema';
import type { AnswerConfig } from './config.ts';
import { hostAddresses } from './io/host-addresses.ts';
import { createSocketExchange } from './io/upstream-exchange.ts';
import type { dnsServerMetrics } from './metrics.ts';
import { nameOfIdentity } from './records/names.ts';
import type { RecordIndex } from './records/record-index.ts';
import { createForwarder, type Forwarder, type ForwarderConfig } from './upstream/create-forwarder.ts';
import { isOwnServer } from './upstream/own-server.ts';
import { createServerReporter } from './upstream/report-servers.ts';
import { createStubZoneReader } from './upstream/stub-zone-reader.ts';
import type { StubZones } from './upstream/stub-zones.ts';

export interface ForwardingOptions {
  readonly answers: AnswerConfig;
  /** Where this server is asked, which it must not ask itself. */
  readonly listen: HostPort;
  /** Who is asked where the configuration does not say. */
  readonly systemNameservers: readonly HostPort[];
  /** The records as of now. */
  readonly index: () => RecordIndex;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  readonly metrics: Metrics<typeof dnsServerMetrics>;
}

/** What a server gets from other name servers, over sockets of its own. */
export interface Forwarding extends Pick<Forwarder, 'complete' | 'isAvailableTo' | 'refusalFor' | 'settled' | 'close'> {
  /** Zones that others are asked about, as of now. */
  stubZones(): StubZones;
  configure(answers: AnswerConfig): void;
  /** For `/debug`. */
  describe(): unknown;
}

/** Servers with labels of their own: stub zones can name any number. */
const MAX_SERVER_LABELS = 32;

const NONE: StubZones = new Map();

export function createForwarding(options: ForwardingOptions): Forwarding {
  const { listen, clock, log, random, metrics, index } = options;
  const own = { listen, hostAddresses: hostAddresses() };
  let { answers } = options;
  let readStubs = createStubZoneReader(answers.domains, index);
  const stubZones = (): StubZones => (answers.forward.stubZones ? readStubs().zones : NONE);

  /** Servers left out because they are this one, as the log has named them. */
  let leftOut = '';
  const resolved = ({ forward }: AnswerConfig): ForwarderConfig => {
    const servers = forward.nameservers ?? options.systemNameservers;
    const mine = servers.filter((one) => isOwnServer(one, own));
    const named = mine.map(renderHostPort).join(', ');
    if (named !== '' && named !== leftOut) {
      log.info({ servers: named }, 'this server itself is not asked as a name server');
    }
    leftOut = named;
    return { ...forward, nameservers: servers.filter((one) => !mine.includes(one)) };
  };
  let config = resolved(answers);

  const labels = new Set<string>();
  const labelOf = (server: HostPort): string => {
    const label = renderHostPort(server);
    if (labels.size < MAX_SERVER_LABELS) labels.add(label);
    return labels.has(label) ? label : 'other';
  };
  const reportServer = createServerReporter(log);
  const forwarder = createForwarder({
    config,
    stubZones,
    clock,
    random,
    exchange: createSocketExchange({ clock, onIgnored: (reason) => metrics.upstreamIgnored.inc({ reason }) }),
    onOutcome: (outcome) => metrics.forwarded.inc({ outcome }),
    onChange() {
      metrics.upstreamUnderWay.set(forwarder.underWay);
      metrics.cachedAnswers.set(forwarder.cache.entries);
      metrics.cachedOctets.set(forwarder.cache.octets);
    },
    onTry(one) {
      const { server, outcome, durationMs } = one;
      metrics.upstreamSeconds.observe({ server: labelOf(server), outcome }, durationMs / 1_000);
      reportServer(one);
    },
  });

  return {
    complete: (asker, answer) => forwarder.complete(asker, answer),
    isAvailableTo: (client) => forwarder.isAvailableTo(client),
    refusalFor: (asker) => forwarder.refusalFor(asker),
    settled: () => forwarder.settled(),
    close: () => forwarder.close(),
    stubZones,
    configure(next) {
      if (JSON.stringify(next.domains) !== JSON.stringify(answers.domains)) {
        readStubs = createStubZoneReader(next.domains, index);
      }
      answers = next;
      config = resolved(next);
      forwarder.configure(config);
    },
    describe: () => ({
      nameservers: config.nameservers.map(renderHostPort),
      recursion: !config.noRec,
      clients: config.clients,
      stubZones: Object.fromEntries(
        Array.from(stubZones(), ([zone, servers]) => [renderDomain(nameOfIdentity(zone)), servers.map(renderHostPort)]),
      ),
      rejectedStubs: answers.forward.stubZones ? readStubs().rejected : [],
      cachedAnswers: forwarder.cache.entries,
      cachedOctets: forwarder.cache.octets,
      underWay: forwarder.underWay,
    }),
  };
}

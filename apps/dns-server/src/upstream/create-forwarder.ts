import { type Clock, type HostPort, renderHostPort } from '@wharf/agent';
import { type ExtendedError, ExtendedErrorCode, type Question } from '@wharf/dns-wire';
import type { Need, OutsideAnswer, OutsideLookup } from '../answer/outside-lookup.ts';
import { type AnswerCache, createAnswerCache } from './answer-cache.ts';
import { answerInRounds } from './answer-in-rounds.ts';
import { type ChosenServers, chooseServers } from './choose-servers.ts';
import { createUpstream, type UpstreamTry } from './create-upstream.ts';
import type { Exchange } from './exchange.ts';
import { createFailureMemory } from './failure-memory.ts';
import type { ForwardConfig } from './forward-settings.ts';
import { mayForward } from './may-forward.ts';
import { questionKey } from './question-key.ts';
import type { StubZones } from './stub-zones.ts';
import type { UpstreamErrorCode } from './upstream-error.ts';

/** Octets of all answers that are kept. */
const MAX_CACHE_OCTETS = 16 * 1_024 * 1_024;

/** Who asks, and how. */
export interface Asker {
  /** Whether the client is nearby; asked for at once or never. */
  isLocal(): boolean;
  readonly recursionDesired: boolean;
  readonly dnssecOk: boolean;
  /** Whether the query carries the option of servers that have this one for a stub zone. */
  readonly cameFromStub: boolean;
}

/** What became of a question to others, for each reply that depends on it. */
export type ForwardOutcome = 'answered' | 'cached' | 'failed-before' | 'refused' | 'timeout' | UpstreamErrorCode;

export interface ForwarderOptions {
  readonly config: ForwarderConfig;
  /** As of now. */
  readonly stubZones: () => StubZones;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly exchange: Exchange;
  readonly onOutcome: (outcome: ForwardOutcome) => void;
  /** Told when there may be more or fewer questions under way, or answers that are kept. */
  readonly onChange: () => void;
  readonly onTry: (one: UpstreamTry) => void;
}

/** What is configured, with the servers that it comes to. */
export type ForwarderConfig = Omit<ForwardConfig, 'nameservers'> & { readonly nameservers: readonly HostPort[] };

/** Gets from other name servers what answers depend on. */
export interface Forwarder {
  /**
   * Runs `answer` until everything is known that it asks for. What it comes to is there at once when it asks for nothing
   * that others would have to be asked; otherwise later. It rejects only if `answer` throws.
   */
  complete<T>(asker: Asker, answer: (lookup: OutsideLookup) => T): T | Promise<T>;
  /** Whether others are asked for a client: the RA bit (RFC 1035, section 4.1.1). */
  isAvailableTo(client: Pick<Asker, 'isLocal'>): boolean;
  /** Goes on by another configuration; answers that are kept stay when they would be asked for where they come from. */
  configure(config: ForwarderConfig): void;
  readonly cache: Pick<AnswerCache, 'entries' | 'octets'>;
  /** Questions that others are asked right now. */
  readonly underWay: number;
  /** Fails everything that is under way, and resolves when that has been answered. */
  close(): Promise<void>;
}

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { clock, stubZones, onOutcome, onChange } = options;
  let { config } = options;
  let cache = createCache(config, clock);
  let lastStubZones = stubZones();
  const failures = createFailureMemory(clock);
  const pending = new Set<Promise<unknown>>();
  const upstream = createUpstream({
    servers: [],
    get timeoutMs() {
      return config.timeoutMs;
    },
    get rotate() {
      return config.rotate;
    },
    clock,
    random: options.random,
    exchange: options.exchange,
    onTry: options.onTry,
  });

  /** Counts how often what is known was forgotten: an answer that was asked for before that is not kept. */
  let epoch = 0;
  const forget = (): void => {
    epoch++;
    cache.clear();
    failures.clear();
  };
  /** Whom to ask; when stub zones are others than before, what came from them may be out of place. */
  const choose = (question: Question): ChosenServers => {
    const current = stubZones();
    if (current !== lastStubZones) forget();
    lastStubZones = current;
    return chooseServers(question.name, { stubZones: current, nameservers: config.nameservers });
  };

  /** What can be said without asking; undefined when others must be asked. */
  const knownAnswer = (question: Question, need: Need, asker: Asker): OutsideAnswer | undefined => {
    const { isStub } = choose(question);
    const decision = mayForward({
      ...config,
      name: question.name,
      allowAll: config.clients === 'all',
      isLocal: asker.isLocal(),
      recursionDesired: asker.recursionDesired,
      cameFromStub: asker.cameFromStub,
      isStub,
    });
    if (!decision.forward) {
      onOutcome('refused');
      return { outcome: 'refused', rcode: decision.rcode, extendedError: decision.refuse };
    }
    const message = cache.get(question, asker);
    if (message !== undefined) {
      onOutcome('cached');
      return { outcome: 'answered', message };
    }
    const failure = failures.get(failureKey(question, need));
    if (failure === undefined) return undefined;
    onOutcome('failed-before');
    return failed(failure);
  };

  const ask = async (question: Question, { dnssecOk }: Asker): Promise<OutsideAnswer> => {
    const servers = choose(question);
    const epochBefore = epoch;
    const asking = upstream.ask(question, { ...servers, dnssecOk });
    onChange();
    const asked = await asking;
    if (asked.ok && epoch === epochBefore) cache.put(question, asked.value, { dnssecOk });
    onChange();
    if (asked.ok) {
      onOutcome('answered');
      return { outcome: 'answered', message: asked.value };
    }
    const { code, extendedError } = asked.error;
    onOutcome(code);
    if (code === 'unanswered' || code === 'network') {
      failures.put(failureKey(question, 'needed'), extendedError);
      failures.put(failureKey(question, 'helpful'), extendedError);
    }
    return failed(extendedError);
  };

  /** What can be had within one time-out. */
  const askInTime = (question: Question, asker: Asker): Promise<OutsideAnswer> =>
    new Promise((resolve) => {
      const cancel = clock.schedule(config.timeoutMs, () => {
        onOutcome('timeout');
        failures.put(failureKey(question, 'helpful'), tooLate);
        resolve(failed(tooLate));
      });
      void ask(question, asker).then((answer) => {
        cancel();
        resolve(answer);
      });
    });

  return {
    complete(asker, answer) {
      const fixed: Asker = { ...asker, isLocal: once(() => asker.isLocal()) };
      const result = answerInRounds(answer, {
        known: (question, need) => knownAnswer(question, need, fixed),
        ask: (question, need) => (need === 'needed' ? ask(question, fixed) : askInTime(question, fixed)),
      });
      if (!(result instanceof Promise)) return result;
      const settled = result.finally(() => pending.delete(settled));
      pending.add(settled);
      return settled;
    },
    isAvailableTo(client) {
      const hasServers = (!config.noRec && config.nameservers.length > 0) || stubZones().size > 0;
      return hasServers && (config.clients === 'all' || client.isLocal());
    },
    configure(next) {
      const last = config;
      config = next;
      if (last.cacheEntries !== next.cacheEntries || last.cacheSeconds !== next.cacheSeconds) {
        cache = createCache(next, clock);
      }
      if (serverList(last) !== serverList(next)) forget();
    },
    get cache() {
      return cache;
    },
    get underWay() {
      return upstream.underWay;
    },
    async close() {
      upstream.close();
      await Promise.allSettled(pending);
    },
  };
}

const tooLate: ExtendedError = {
  code: ExtendedErrorCode.NO_REACHABLE_AUTHORITY,
  text: 'no name server answered in time',
};

function failed(extendedError: ExtendedError): OutsideAnswer {
  return { outcome: 'failed', extendedError };
}

function createCache({ cacheEntries, cacheSeconds }: ForwarderConfig, clock: Clock): AnswerCache {
  return createAnswerCache({
    maxEntries: cacheEntries,
    maxOctets: MAX_CACHE_OCTETS,
    maxSeconds: cacheSeconds,
    clock,
  });
}

function failureKey(question: Question, need: Need): string {
  return `${need} ${questionKey(question)}`;
}

function serverList({ nameservers }: ForwarderConfig): string {
  return nameservers.map(renderHostPort).join(' ');
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

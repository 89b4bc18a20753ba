import { type Clock, type HostPort, renderHostPort } from '@wharf/agent';
import { type ExtendedError, ExtendedErrorCode, type Question } from '@wharf/dns-wire';
import type { Need, OutsideAnswer, OutsideLookup } from '../answer/outside-lookup.ts';
import { answerInRounds } from './answer-in-rounds.ts';
import { type AnswerMemory, createAnswerMemory } from './answer-memory.ts';
import { type ChosenServers, chooseServers } from './choose-servers.ts';
import { createUpstream, type UpstreamTry } from './create-upstream.ts';
import type { Exchange } from './exchange.ts';
import type { ForwardConfig } from './forward-settings.ts';
import { mayForward, type Refusal, refusalOfAnyName } from './may-forward.ts';
import type { StubZones } from './stub-zones.ts';
import type { UpstreamError, UpstreamErrorCode } from './upstream-error.ts';

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
  /**
   * Why nobody is asked for such a query, whatever the name; undefined when that depends on the name. It is not counted:
   * whoever answers by it does that.
   */
  refusalFor(asker: Pick<Asker, 'isLocal' | 'recursionDesired'>): Refusal | undefined;
  /** Goes on by another configuration; answers that are kept stay when they would be asked for where they come from. */
  configure(config: ForwarderConfig): void;
  readonly cache: Pick<AnswerMemory, 'entries' | 'octets'>;
  /** Questions that others are asked right now. */
  readonly underWay: number;
  /** Resolves when everything that is under way now has been answered. */
  settled(): Promise<void>;
  /** Fails everything that is under way, and resolves when that has been answered. */
  close(): Promise<void>;
}

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { clock, stubZones, onOutcome, onChange } = options;
  let { config } = options;
  let lastStubZones = stubZones();
  const memory = createAnswerMemory(config, clock);
  const pending = new Set<Promise<unknown>>();
  const upstream = createUpstream({
    clock,
    random: options.random,
    exchange: options.exchange,
    onTry: options.onTry,
  });

  /** Whom to ask; when stub zones are others than before, what came from them may be out of place. */
  const choose = (question: Question): ChosenServers => {
    const current = stubZones();
    if (current !== lastStubZones) {
      lastStubZones = current;
      memory.forget();
      onChange();
    }
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
    const found = memory.find(question, need, asker);
    if (found !== undefined) onOutcome(found.outcome === 'answered' ? 'cached' : 'failed-before');
    return found;
  };

  const ask = async (question: Question, { dnssecOk }: Asker): Promise<Asked> => {
    const { rotate, timeoutMs } = config;
    const servers = choose(question);
    const keeper = memory.begin(question);
    const asking = upstream.ask(question, { ...servers, rotate, timeoutMs, dnssecOk });
    onChange();
    const asked = await asking;
    if (asked.ok) keeper.answer(asked.value, { dnssecOk });
    else if (isSilence(asked.error)) keeper.failure(asked.error.extendedError, ['needed', 'helpful']);
    onChange();
    return asked.ok
      ? { outcome: 'answered', answer: { outcome: 'answered', message: asked.value } }
      : { outcome: asked.error.code, answer: failed(asked.error.extendedError) };
  };

  /** What can be had within one time-out. */
  const askInTime = (question: Question, asker: Asker): Promise<Asked> => {
    const { promise, resolve, reject } = Promise.withResolvers<Asked>();
    const keeper = memory.begin(question);
    const cancel = clock.schedule(config.timeoutMs, () => {
      keeper.failure(tooLate, ['helpful']);
      resolve({ outcome: 'timeout', answer: failed(tooLate) });
    });
    ask(question, asker).finally(cancel).then(resolve, reject);
    return promise;
  };

  return {
    complete(asker, answer) {
      const fixed: Asker = { ...asker, isLocal: once(() => asker.isLocal()) };
      const result = answerInRounds(answer, {
        known: (question, need) => knownAnswer(question, need, fixed),
        async ask(question, need) {
          const asked = await (need === 'needed' ? ask(question, fixed) : askInTime(question, fixed));
          onOutcome(asked.outcome);
          return asked.answer;
        },
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
    refusalFor: (asker) =>
      refusalOfAnyName({
        recursionDesired: asker.recursionDesired,
        allowAll: config.clients === 'all',
        isLocal: asker.isLocal(),
        noRec: config.noRec,
        isStub: stubZones().size > 0,
      }),
    configure(next) {
      const hasOtherServers = serverList(config) !== serverList(next);
      config = next;
      memory.configure(next);
      if (hasOtherServers) memory.forget();
      onChange();
    },
    cache: memory,
    get underWay() {
      return upstream.underWay;
    },
    async settled() {
      await Promise.allSettled(pending);
    },
    async close() {
      upstream.close();
      await Promise.allSettled(pending);
    },
  };
}

/** What asking came to, and how that is counted. */
interface Asked {
  readonly outcome: ForwardOutcome;
  readonly answer: OutsideAnswer;
}

const tooLate: ExtendedError = {
  code: ExtendedErrorCode.NO_REACHABLE_AUTHORITY,
  text: 'no name server gave an answer in time',
};

function failed(extendedError: ExtendedError): OutsideAnswer {
  return { outcome: 'failed', extendedError };
}

/** Whether others were asked and had nothing to say: they would have nothing to say for a while. */
function isSilence({ code }: UpstreamError): boolean {
  return code === 'unanswered' || code === 'network';
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

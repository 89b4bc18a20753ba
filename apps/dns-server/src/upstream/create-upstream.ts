import { type Clock, type HostPort, renderHostPort } from '@wharf/agent';
import type { Message, Question } from '@wharf/dns-wire';
import type { Result } from '@wharf/record-schema';
import { nameIdentity } from '../records/names.ts';
import type { Exchange, ExchangeFailure } from './exchange.ts';
import { answerProblem } from './judge-answer.ts';
import { siftAnswer } from './sift-answer.ts';
import { createSilentServers, type SilentServers } from './silent-servers.ts';
import { type UpstreamError, upstreamError } from './upstream-error.ts';
import type { QueryOptions } from './upstream-query.ts';
import { withCaseOf } from './with-case-of.ts';

/** Most questions under way at once, each with a socket of its own. */
export const MAX_QUESTIONS_UNDER_WAY = 500;
/** Most callers of `ask` that wait at once, those that share a question included. */
export const MAX_ASKERS = 10_000;
/** Most times that one question is sent: whoever asked gives up sooner than that. */
const MAX_TRIES = 4;

/** One server asked once. */
export interface UpstreamTry {
  readonly server: HostPort;
  /** `answered`, or why that is not what came of it. */
  readonly outcome: 'answered' | ExchangeFailure['code'];
  readonly durationMs: number;
}

export interface UpstreamOptions {
  readonly clock: Clock;
  /** In [0, 1): which server a question begins with. */
  readonly random: () => number;
  readonly exchange: Exchange;
  /** Told of each server that was asked. */
  readonly onTry: (one: UpstreamTry) => void;
}

export interface AskOptions extends QueryOptions {
  /** Whom to ask, by IP address. */
  readonly servers: readonly HostPort[];
  /** Whether to begin with any of them (SkyDNS's `-ns-rotate`); if not, with the first. */
  readonly rotate: boolean;
  /** Milliseconds to wait for each server, over each transport. */
  readonly timeoutMs: number;
}

export type UpstreamOutcome = Result<Message, UpstreamError>;

/** Other name servers, as one that answers sooner or later. */
export interface Upstream {
  /**
   * Asks until a server gives an answer: NOERROR or NXDOMAIN, sifted (`siftAnswer`), its name in the case of `question`.
   * Any other outcome leads to the next server; after each was asked, the first of them is once more, four tries in all
   * at most. Servers that were silent lately come after the others. Never rejects.
   */
  ask(question: Question, options: AskOptions): Promise<UpstreamOutcome>;
  /** How many questions are under way; askers of the same one count once. */
  readonly underWay: number;
  /** Fails everything that is under way, and whatever is asked from now on. */
  close(): void;
}

export function createUpstream(options: UpstreamOptions): Upstream {
  const shared = new Map<string, Promise<UpstreamOutcome>>();
  const closing = new AbortController();
  const silent = createSilentServers(options.clock);
  let askers = 0;

  const start = (key: string, question: Question, ask: AskOptions): Promise<UpstreamOutcome> => {
    const outcome = askServers(question, ask, { ...options, silent }, closing.signal).finally(() => shared.delete(key));
    shared.set(key, outcome);
    return outcome;
  };

  return {
    get underWay() {
      return shared.size;
    },
    async ask(question, ask) {
      if (closing.signal.aborted) return fail('closed', 'the server is shutting down');
      const key = identityOf(question, ask);
      const known = shared.get(key);
      if (askers >= MAX_ASKERS) return fail('overloaded', `${MAX_ASKERS} questions wait for other name servers`);
      if (known === undefined && shared.size >= MAX_QUESTIONS_UNDER_WAY) {
        return fail('overloaded', `${MAX_QUESTIONS_UNDER_WAY} questions to other name servers are under way`);
      }
      askers++;
      try {
        const outcome = await (known ?? start(key, question, ask));
        return outcome.ok ? { ok: true, value: withCaseOf(question, outcome.value) } : outcome;
      } finally {
        askers--;
      }
    },
    close: () => closing.abort(),
  };
}

async function askServers(
  question: Question,
  { servers, rotate, timeoutMs, ...query }: AskOptions,
  { clock, random, exchange, onTry, silent }: UpstreamOptions & { readonly silent: SilentServers },
  signal: AbortSignal,
): Promise<UpstreamOutcome> {
  const order = serversInTurn(servers, rotate ? random() : 0, (server) => silent.has(server));
  let problem = upstreamError('no-servers', 'there is no name server to ask');
  let isAnyThere = false;
  for (const server of order) {
    const startMs = clock.monotonicMs();
    silent.onAsked(server);
    const outcome = judge(question, await exchange({ server, question, options: query, timeoutMs, signal }));
    const code = outcome.ok ? 'answered' : outcome.error.code;
    silent.onOutcome(server, code);
    onTry({ server, outcome: code, durationMs: clock.monotonicMs() - startMs });
    if (outcome.ok) return outcome;
    isAnyThere ||= outcome.error.code !== 'network';
    problem = explain(server, outcome.error, isAnyThere);
    if (problem.code === 'closed' || problem.code === 'question') break;
  }
  return { ok: false, error: problem };
}

/** The servers from a place that `turn`, in [0, 1), says, the silent ones last, and the first of them all once more. */
export function serversInTurn<Server>(
  servers: readonly Server[],
  turn: number,
  isSilent: (server: Server) => boolean,
): readonly Server[] {
  const first = Math.floor(turn * servers.length);
  const rotated = [...servers.slice(first), ...servers.slice(0, first)];
  const inTurn = [...rotated.filter((server) => !isSilent(server)), ...rotated.filter(isSilent)];
  return [...inTurn, ...inTurn.slice(0, 1)].slice(0, MAX_TRIES);
}

function judge(question: Question, outcome: Result<Message, ExchangeFailure>): Result<Message, ExchangeFailure> {
  if (!outcome.ok) return outcome;
  const answer = siftAnswer(question, outcome.value);
  const problem = answerProblem(answer);
  return problem === undefined
    ? { ok: true, value: answer }
    : { ok: false, error: { code: 'answer', message: problem } };
}

/** @param isAnyThere whether any server that was asked can be reached, as far as is known */
function explain(server: HostPort, { code, message }: ExchangeFailure, isAnyThere: boolean): UpstreamError {
  if (code === 'aborted') return upstreamError('closed', 'the server is shutting down');
  if (code === 'question') return upstreamError('question', message);
  return upstreamError(isAnyThere ? 'unanswered' : 'network', `the name server ${renderHostPort(server)} ${message}`);
}

function fail(code: UpstreamError['code'], message: string): UpstreamOutcome {
  return { ok: false, error: upstreamError(code, message) };
}

/** Equal for questions that one exchange answers. */
function identityOf({ name, type, class: ofClass }: Question, ask: AskOptions): string {
  const { dnssecOk = false, isStub = false, servers } = ask;
  return JSON.stringify([nameIdentity(name), type, ofClass, dnssecOk, isStub, servers.map(renderHostPort)]);
}

import type { Cluster, LabHost } from '@wharf/lab';
import { type Answer, isAnswered, type ProbeTask } from './answer.ts';
import type { AnswerWatch } from './answer-watch.ts';
import type { HostHealth, LabEvent, LabView, ServiceView, ShownAnswer } from './lab-view.ts';
import { createLineLedger, type LineLedger } from './line-ledger.ts';
import type { Placement } from './sample-services.ts';
import type { Tone } from './styled-line.ts';

/** What is known of a running lab; whoever finds out something writes it here, the screen reads `view`. */
export interface LabState {
  readonly cluster: Cluster;
  /** The containers that the lab started. */
  readonly placements: Set<Placement>;
  readonly health: Map<string, HostHealth>;
  /** By name, then by host: all names that were ever served. */
  readonly answers: Map<string, Map<string, Answer>>;
  readonly ledger: LineLedger;
  /** Those that arrived last at rsyslog, newest last. */
  readonly newestLines: string[];
  services: readonly ServiceView[];
  /** What is being done to a host. */
  readonly busy: Map<string, string>;
  /** Answers go to these, and while there are any, questions are asked often. */
  readonly watches: Set<AnswerWatch>;
  /** What is being done or measured, in words. */
  readonly underWay: Set<string>;
  tell(text: string, tone?: Tone): void;
  /** Times of events count from now on. */
  startClock(): void;
  /** Lines that answer a command, without a time. */
  answerWith(lines: readonly string[]): void;
  /** Those told so far, as far as they are kept. */
  readonly events: readonly LabEvent[];
  hear(answer: Answer): void;
  view(): LabView;
}

const MOST_EVENTS = 1_000;

/** @param onEvent called with each event when it happens */
export function createLabState(cluster: Cluster, nowMs: () => number, onEvent: (event: LabEvent) => void): LabState {
  let startedAt = nowMs();
  const events: LabEvent[] = [];
  const keep = (event: LabEvent): void => {
    events.push(event);
    if (events.length > MOST_EVENTS) events.shift();
    onEvent(event);
  };
  const state: LabState = {
    cluster,
    placements: new Set(),
    health: new Map(),
    answers: new Map(),
    ledger: createLineLedger(),
    newestLines: [],
    services: [],
    busy: new Map(),
    watches: new Set(),
    underWay: new Set(),
    events,
    startClock() {
      startedAt = nowMs();
    },
    tell: (text, tone = 'plain') => keep({ atMs: nowMs() - startedAt, text, tone }),
    answerWith(lines) {
      for (const text of lines) keep({ atMs: undefined, text, tone: 'plain' });
    },
    hear(answer) {
      const byHost = state.answers.get(answer.name) ?? new Map<string, Answer>();
      state.answers.set(answer.name, byHost);
      // A question without an answer is known to be one only later than those asked after it.
      if ((byHost.get(answer.host)?.askedAt ?? 0) < answer.askedAt) byHost.set(answer.host, answer);
      for (const watch of state.watches) watch.take(answer);
    },
    view: () => ({
      domain: cluster.domain,
      elapsedMs: nowMs() - startedAt,
      hosts: cluster.hosts.map((host) => viewHost(state, host)),
      services: state.services,
      answers: new Map([...state.answers].map(([name, byHost]) => [name, new Map([...byHost].map(showAnswer))])),
      events,
      underWay: [...state.underWay],
      page: [],
    }),
  };
  return state;
}

function viewHost({ health, busy, ledger }: LabState, host: LabHost): LabView['hosts'][number] {
  return {
    name: host.name,
    address: host.address,
    state: host.state,
    busy: busy.get(host.name),
    health: host.state === 'dead' ? undefined : health.get(host.name),
    lines: ledger.of(host.name),
  };
}

function showAnswer([host, { rcode, addresses }]: [string, Answer]): [string, ShownAnswer] {
  return [host, { rcode, addresses }];
}

/** Often enough to see round robin on a screen, seldom enough to leave the processors to the lab. */
const SHOWING_EVERY_MS = 250;
/** Often enough to see a gap of a restart. */
const MEASURING_EVERY_MS = 20;

/** What every host's dns-server is to be asked. */
export function questionsOf(state: LabState): ProbeTask {
  return { names: knownNames(state), everyMs: state.watches.size > 0 ? MEASURING_EVERY_MS : SHOWING_EVERY_MS };
}

/** The names that can be asked for, sorted. */
export function knownNames({ answers, placements }: LabState): readonly string[] {
  const names = new Set([...answers.keys(), ...[...placements].flatMap((placement) => placement.names)]);
  return [...names].toSorted();
}

/** The addresses where a name is served by hosts that others reach. */
export function servedAt({ placements }: LabState, name: string): readonly string[] {
  const serving = [...placements].filter(({ host, names }) => host.state === 'up' && names.includes(name));
  return [...new Set(serving.map(({ host }) => host.address))];
}

/** What a host answers now: `web: 3 addresses`, for the name with most of them. */
export function describeAnswersOf({ answers }: LabState, host: string): string {
  const own = [...answers].flatMap(([name, byHost]) => {
    const answer = byHost.get(host);
    return answer === undefined || !isAnswered(answer) ? [] : [{ name, count: answer.addresses.length }];
  });
  const [most] = own.toSorted((a, b) => b.count - a.count);
  return most === undefined ? 'nothing' : `${most.name}: ${most.count} ${most.count === 1 ? 'address' : 'addresses'}`;
}

import { setTimeout as delay } from 'node:timers/promises';
import type { LabHost } from '@wharf/lab';
import { renderDuration } from '../demo/terminal.ts';
import { PATIENCE_MS } from './answer.ts';
import { type AnswerWatch, createAnswerWatch, type Expectation } from './answer-watch.ts';
import { describeLines, describeQuestions, describeSettling } from './describe-change.ts';
import { describeLostMajority } from './etcd-majority.ts';
import type { LabControls, StartedLab } from './lab-controls.ts';
import { knownNames, type LabState, questionsOf, servedAt } from './lab-state.ts';
import type { LineCounts } from './lab-view.ts';

/** How long a change may take to get through to all hosts before it is no longer waited for. */
const SETTLE_MS = 90_000;

/** How long the lines printed during a fault may take to arrive. */
const LINES_MS = 30_000;

const LOOK_EVERY_MS = 100;

/** In the clock of answers. */
export function answerClock(): number {
  return performance.timeOrigin + performance.now();
}

/** What a change should lead to, and how that is told. */
export interface Settling {
  /** Stands before `the answers of host-1 after 9.8 s`: `host-2 cut off: shop, web gone from`. */
  readonly what: string;
  readonly changedAt: number;
  readonly expectations: readonly Expectation[];
  /** Added to what is told. */
  readonly besides?: () => string;
}

/**
 * Resolves when every host answers with all that runs.
 * @throws Error naming the hosts that do not, in time
 */
export async function untilAllAnswer(lab: StartedLab, signal: AbortSignal): Promise<void> {
  const watch = createAnswerWatch(answerClock(), everythingAsItIs(lab.state));
  await watching(lab, watch, () => until(() => watch.isSettled(), SETTLE_MS, signal));
  signal.throwIfAborted();
  if (!watch.isSettled()) throw new Error(describeSettling('all is in', watch.settled(), SETTLE_MS));
}

/** Follows a change until all hosts answer as they should, and tells when each did. Ends early when `signal` aborts, and when etcd has no majority. */
export async function followSettling(controls: LabControls, settling: Settling, signal: AbortSignal): Promise<void> {
  const { state } = controls;
  const { what, changedAt, expectations, besides } = settling;
  if (expectations.length === 0) return;
  const watch = createAnswerWatch(changedAt, expectations);
  const lostMajority = (): string | undefined => describeLostMajority(state.cluster.hosts);
  const isOver = (): boolean => watch.isSettled() || lostMajority() !== undefined;
  await watching(controls, watch, () => until(isOver, SETTLE_MS, signal));
  const lost = lostMajority();
  if (!watch.isSettled() && lost !== undefined && !signal.aborted) {
    state.tell(`${what} the answers: not waited for. ${lost}`, 'warn');
    return;
  }
  const more = besides === undefined ? '' : `; ${besides()}`;
  const text = describeSettling(what, watch.settled(), answerClock() - changedAt);
  state.tell(`${text}${more}`, watch.isSettled() ? 'good' : 'bad');
}

/** Counts the questions that go unanswered while something is done that nobody should notice, and tells them. */
export async function followSteadiness(controls: LabControls, title: string, act: () => Promise<void>): Promise<void> {
  const { state, signal } = controls;
  const startedAt = answerClock();
  const watch = createAnswerWatch(startedAt, everythingAsItIs(state));
  const tookMs = await watching(controls, watch, async () => {
    await act();
    const took = answerClock() - startedAt;
    // By then it is known of the last questions whether they were answered, also where a client is late.
    await delay(2 * PATIENCE_MS, undefined, { signal }).catch(() => undefined);
    return took;
  });
  const counts = watch.counts();
  const text = `${title} took ${renderDuration(tookMs)}: ${describeQuestions(counts)}`;
  state.tell(text, counts.unanswered + counts.different === 0 ? 'good' : 'bad');
}

/** Waits until whatever was printed up to now has arrived at rsyslog, and tells how many lines were lost. */
export async function followLines(
  state: LabState,
  title: string,
  before: readonly LineCounts[],
  signal: AbortSignal,
): Promise<void> {
  const printedAt = Date.now();
  const hasArrived = (): boolean =>
    [...state.placements]
      .filter(({ host }) => host.state === 'up')
      .every(({ host, container }) => state.ledger.newestOf(host.name, container) >= printedAt);
  await until(hasArrived, LINES_MS, signal);
  const after = lineCounts(state);
  const isLost = after.some(({ missing }, index) => missing > (before[index]?.missing ?? 0));
  const late = hasArrived() ? '' : ', and lines of some containers do not arrive';
  state.tell(`${title}: ${describeLines(before, after)}${late}`, isLost || late !== '' ? 'bad' : 'good');
}

/** What has arrived of each host by now. */
export function lineCounts({ cluster, ledger }: LabState): readonly LineCounts[] {
  return cluster.hosts.map(({ name }) => ledger.of(name));
}

/** Every host that others reach answers with every host that serves. */
function everythingAsItIs(state: LabState): readonly Expectation[] {
  return livingHosts(state).flatMap((host) => expectationsAt(state, host));
}

/** One host's answers when it knows all that others know. */
export function expectationsAt(state: LabState, host: LabHost): readonly Expectation[] {
  return knownNames(state).map((name) => ({ host: host.name, name, has: servedAt(state, name), lacks: [] }));
}

/** Hosts other than this one come to answer with its address, or cease to. */
export function expectationsOfOthers(
  state: LabState,
  { name: own, address }: LabHost,
  names: readonly string[],
  change: 'come' | 'gone',
): readonly Expectation[] {
  const [has, lacks] = change === 'come' ? [[address], []] : [[], [address]];
  const others = livingHosts(state).filter(({ name }) => name !== own);
  return others.flatMap((host) => names.map((name) => ({ host: host.name, name, has, lacks })));
}

function livingHosts({ cluster }: LabState): readonly LabHost[] {
  return cluster.hosts.filter(({ state }) => state === 'up');
}

async function watching<T>({ state, probes }: StartedLab, watch: AnswerWatch, work: () => Promise<T>): Promise<T> {
  state.watches.add(watch);
  probes.ask(questionsOf(state));
  try {
    return await work();
  } finally {
    state.watches.delete(watch);
    probes.ask(questionsOf(state));
  }
}

async function until(isReached: () => boolean, timeoutMs: number, signal: AbortSignal): Promise<void> {
  const startedAt = performance.now();
  while (!isReached() && !signal.aborted && performance.now() - startedAt < timeoutMs) {
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
}

import { AGENT_NAMES } from '@wharf/lab';
import { renderDuration } from '../demo/terminal.ts';
import type { QuestionCounts } from './answer-watch.ts';
import type { AgentHealth, HostHealth, LineCounts } from './lab-view.ts';

/** What has become of a host between two looks at it, a sentence each. */
export function describeHealthChange(
  host: string,
  before: HostHealth | undefined,
  after: HostHealth,
): readonly string[] {
  if (before === undefined) return [];
  const changes: string[] = [];
  if (before.etcd !== after.etcd) changes.push(`${host}: ${ETCD_SENTENCES[after.etcd]}`);
  if (before.engineAnswers !== after.engineAnswers) {
    changes.push(`${host}: the engine ${after.engineAnswers ? 'answers' : 'does not answer'}`);
  }
  for (const agent of AGENT_NAMES) {
    const [was, is] = [before.agents[agent], after.agents[agent]];
    if (was.kind !== is.kind) changes.push(`${host}: ${agent} ${describeAgent(is)}`);
  }
  return changes;
}

const ETCD_SENTENCES: Readonly<Record<HostHealth['etcd'], string>> = {
  leader: 'its etcd member leads now',
  follower: 'its etcd member follows a leader',
  alone: 'its etcd member knows no leader',
  silent: 'its etcd member does not answer',
};

function describeAgent(health: AgentHealth): string {
  if (health.kind === 'not-ready') return `is not ready: ${health.reasons.map(shortenReason).join(', ')}`;
  return health.kind === 'ready' ? 'is ready' : 'does not answer';
}

/** A reason of `/readyz` without the addresses and the cause in it: `etcd http://... is away: ...` is `etcd is away`. */
export function shortenReason(reason: string): string {
  return reason.replaceAll(/ https?:\/\/\S+/g, '').split(': ')[0] ?? '';
}

/** `gone from the answers of host-1 after 9.8 s, of host-3 after 9.9 s`; hosts that have not got so far are named too. */
export function describeSettling(
  what: string,
  settled: ReadonlyMap<string, number | undefined>,
  elapsedMs: number,
): string {
  if (settled.size === 0) return `${what}: no other host is there to answer`;
  const times = [...settled].map(([host, ms]) =>
    ms === undefined ? `of ${host} not within ${renderDuration(elapsedMs)}` : `of ${host} after ${renderDuration(ms)}`,
  );
  return `${what} the answers ${times.join(', ')}`;
}

/** `0 of 1,204 questions unanswered`, and how many were answered otherwise than before, if any. */
export function describeQuestions({ asked, unanswered, different }: QuestionCounts): string {
  const count = (number: number): string => number.toLocaleString('en-US');
  const base = `${count(unanswered)} of ${count(asked)} questions unanswered`;
  return different === 0 ? base : `${base}, ${count(different)} answered with other addresses`;
}

/** What was lost and repeated between two looks at all hosts' lines. */
export function describeLines(before: readonly LineCounts[], after: readonly LineCounts[]): string {
  const grown = (field: keyof LineCounts): number => totalOf(after, field) - totalOf(before, field);
  const [arrived, repeated] = [grown('total'), grown('repeated')];
  // Lines that an earlier fault held up may arrive meanwhile.
  const lost = Math.max(0, grown('missing'));
  return `${lost} of ${arrived + lost} lines lost${repeated > 0 ? `, ${repeated} arrived twice` : ''}`;
}

function totalOf(counts: readonly LineCounts[], field: keyof LineCounts): number {
  return counts.reduce((total, each) => total + each[field], 0);
}

import { type Answer, isAnswered } from './answer.ts';

/** What one host should answer about one name once a change has got through to it. */
export interface Expectation {
  readonly host: string;
  readonly name: string;
  /** Addresses that must be in the answer, and those that must not; others may. */
  readonly has: readonly string[];
  readonly lacks: readonly string[];
}

/** How the questions of some time were answered. */
export interface QuestionCounts {
  readonly asked: number;
  /** No answer, or one that says that the server cannot tell. */
  readonly unanswered: number;
  /** Answered, but not as expected. */
  readonly different: number;
}

/** Follows the answers of all hosts through a change. */
export interface AnswerWatch {
  take(answer: Answer): void;
  /** By host: milliseconds from the change until it answered as expected for good; undefined while it does not. */
  settled(): ReadonlyMap<string, number | undefined>;
  isSettled(): boolean;
  counts(): QuestionCounts;
}

/** @param changedAt in the answers' clock; what was asked earlier does not count */
export function createAnswerWatch(changedAt: number, expectations: readonly Expectation[]): AnswerWatch {
  const expected = new Map(expectations.map((each) => [keyOf(each), each]));
  const reachedAt = new Map<string, number>();
  const counts = { asked: 0, unanswered: 0, different: 0 };

  const settled = (): ReadonlyMap<string, number | undefined> => {
    const hosts = Map.groupBy(expectations, ({ host }) => host);
    return new Map(
      [...hosts].map(([host, own]) => {
        const times = own.flatMap((each) => reachedAt.get(keyOf(each)) ?? []);
        return [host, times.length < own.length ? undefined : Math.max(...times) - changedAt];
      }),
    );
  };

  return {
    take(answer) {
      const expectation = expected.get(keyOf(answer));
      if (expectation === undefined || answer.askedAt < changedAt) return;
      counts.asked += 1;
      if (!isAnswered(answer)) {
        counts.unanswered += 1;
        return;
      }
      const key = keyOf(answer);
      if (!meets(answer, expectation)) {
        counts.different += 1;
        reachedAt.delete(key);
      } else if (!reachedAt.has(key)) {
        reachedAt.set(key, answer.askedAt);
      }
    },
    settled,
    isSettled: () => [...settled().values()].every((time) => time !== undefined),
    counts: () => ({ ...counts }),
  };
}

function meets({ addresses }: Answer, { has, lacks }: Expectation): boolean {
  return has.every((each) => addresses.includes(each)) && !lacks.some((each) => addresses.includes(each));
}

function keyOf({ host, name }: { readonly host: string; readonly name: string }): string {
  return `${host} ${name}`;
}

import { type ExtendedError, ExtendedErrorCode, type Question } from '@wharf/dns-wire';
import type { Need, OutsideAnswer, OutsideLookup } from '../answer/outside-lookup.ts';
import { questionKey } from './question-key.ts';

/** As long as a chain of aliases that leaves the zones with each link. */
const MAX_ROUNDS = 8;

/** Most questions that are asked for one reply: the addresses of eight names, and where a chain leads. */
export const MAX_QUESTIONS_PER_REPLY = 24;

/** Where answers come from. */
export interface OutsideSource {
  /** What can be said without asking; undefined when others must be asked. */
  known(question: Question, need: Need): OutsideAnswer | undefined;
  /** Asks; it never rejects. */
  ask(question: Question, need: Need): Promise<OutsideAnswer>;
}

const tooMuch: ExtendedError = { code: ExtendedErrorCode.OTHER, text: 'too many names outside lead on from here' };

/**
 * Runs `answer` until everything is known that it asks for: what it wants to know is asked, all at once, and it is run
 * again with what came. The result is there at once when it wants nothing that must be asked. Rejects only if `answer` throws.
 */
export function answerInRounds<T>(answer: (lookup: OutsideLookup) => T, source: OutsideSource): T | Promise<T> {
  const known = new Map<string, OutsideAnswer>();
  const run = (isLast: boolean): Round<T> => {
    const wanted = new Map<string, Wanted>();
    const lookup: OutsideLookup = (question, need) => {
      const key = questionKey(question);
      const before = known.get(key) ?? source.known(question, need);
      if (before !== undefined) {
        known.set(key, before);
        return before;
      }
      const earlier = wanted.get(key);
      const isFull = known.size + wanted.size >= MAX_QUESTIONS_PER_REPLY;
      if (earlier === undefined && (isLast || isFull)) return { outcome: 'failed', extendedError: tooMuch };
      wanted.set(key, { question, need: earlier?.need === 'needed' ? 'needed' : need });
      return { outcome: 'unknown' };
    };
    return { result: answer(lookup), wanted };
  };

  const goOn = async (first: Round<T>): Promise<T> => {
    let last = first;
    for (let rounds = 1; last.wanted.size > 0; rounds++) {
      const asked = Array.from(last.wanted, async ([key, { question, need }]) => {
        known.set(key, await source.ask(question, need));
      });
      await Promise.all(asked);
      last = run(rounds === MAX_ROUNDS);
    }
    return last.result;
  };

  const first = run(false);
  return first.wanted.size === 0 ? first.result : goOn(first);
}

interface Round<T> {
  readonly result: T;
  /** What it would have wanted to know, by `questionKey`. */
  readonly wanted: ReadonlyMap<string, Wanted>;
}

interface Wanted {
  readonly question: Question;
  readonly need: Need;
}

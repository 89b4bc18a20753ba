import type { Clock } from '@wharf/agent';
import type { ExtendedError, Message, Question } from '@wharf/dns-wire';
import type { Need, OutsideAnswer } from '../answer/outside-lookup.ts';
import { type AnswerCache, type CacheVariant, createAnswerCache } from './answer-cache.ts';
import { createFailureMemory } from './failure-memory.ts';
import type { ForwardConfig } from './forward-settings.ts';
import { questionKey } from './question-key.ts';

/** Octets of all answers that are kept. */
const MAX_CACHE_OCTETS = 16 * 1_024 * 1_024;

type CacheLimits = Pick<ForwardConfig, 'cacheEntries' | 'cacheSeconds'>;

/** What came of earlier questions to the servers that would be asked now: answers, and that there was none. */
export interface AnswerMemory {
  /** What is known already; `failed` for what was asked in vain just now. */
  find(question: Question, need: Need, variant: CacheVariant): OutsideAnswer | undefined;
  /** To be called before a question is asked; says where to put what comes of it. */
  begin(question: Question): Keeper;
  /** For when other servers would be asked: what is under way is not kept either. */
  forget(): void;
  /** Goes by other limits from now on; the answers are forgotten when that changes any. */
  configure(limits: CacheLimits): void;
  readonly entries: number;
  readonly octets: number;
}

/** Keeps what came of one question, unless all was forgotten since it was asked. */
export interface Keeper {
  answer(message: Message, variant: CacheVariant): void;
  /** @param needs for whom it counts as asked in vain */
  failure(error: ExtendedError, needs: readonly Need[]): void;
}

export function createAnswerMemory(limits: CacheLimits, clock: Clock): AnswerMemory {
  let current = limits;
  let cache = createCache(limits, clock);
  const failures = createFailureMemory(clock);
  /** Counts how often all was forgotten. */
  let epoch = 0;

  return {
    find(question, need, variant) {
      const message = cache.get(question, variant);
      if (message !== undefined) return { outcome: 'answered', message };
      const extendedError = failures.get(failureKey(question, need));
      return extendedError === undefined ? undefined : { outcome: 'failed', extendedError };
    },
    begin(question) {
      const begun = epoch;
      return {
        answer(message, variant) {
          if (begun === epoch) cache.put(question, message, variant);
        },
        failure(error, needs) {
          if (begun !== epoch) return;
          for (const need of needs) failures.put(failureKey(question, need), error);
        },
      };
    },
    forget() {
      epoch++;
      cache.clear();
      failures.clear();
    },
    configure(next) {
      const isSame = next.cacheEntries === current.cacheEntries && next.cacheSeconds === current.cacheSeconds;
      current = next;
      if (!isSame) cache = createCache(next, clock);
    },
    get entries() {
      return cache.entries;
    },
    get octets() {
      return cache.octets;
    },
  };
}

function createCache({ cacheEntries, cacheSeconds }: CacheLimits, clock: Clock): AnswerCache {
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

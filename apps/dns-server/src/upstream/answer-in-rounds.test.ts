import { type Question, replyTo } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import type { Need, OutsideAnswer, OutsideLookup } from '../answer/outside-lookup.ts';
import { answerInRounds, MAX_QUESTIONS_PER_REPLY } from './answer-in-rounds.ts';
import { upstreamQuery } from './upstream-query.ts';

const question = (n: number): Question => ({ name: [`n${n}`, 'org'], type: 'A', class: 'IN' });
const answered = (asked: Question): OutsideAnswer => ({
  outcome: 'answered',
  message: replyTo(upstreamQuery(1, asked), {}),
});

/** A source that knows nothing at once, and counts what it is asked. */
const setUp = () => {
  const asked: string[] = [];
  const ask = (one: Question, need: Need): Promise<OutsideAnswer> => {
    asked.push(`${one.name[0]} ${need}`);
    return Promise.resolve(answered(one));
  };
  return { asked, source: { known: () => undefined, ask } };
};

const outcomes = (lookup: OutsideLookup, ...numbers: readonly number[]): readonly string[] =>
  numbers.map((n) => lookup(question(n), 'helpful').outcome);

describe('answerInRounds', () => {
  it('is there at once when nothing is wanted, or all of it is known', () => {
    const { source } = setUp();
    expect(answerInRounds(() => 'answer', source)).toBe('answer');
    const known = { ...source, known: answered };
    expect(answerInRounds((lookup) => outcomes(lookup, 1, 2), known)).toEqual(['answered', 'answered']);
  });

  it('asks each question once, in any case, for the greatest need', async () => {
    const { asked, source } = setUp();
    const result = await answerInRounds((lookup) => {
      const first = lookup(question(1), 'helpful');
      lookup({ ...question(1), name: ['N1', 'ORG'] }, 'needed');
      lookup(question(1), 'helpful');
      return first.outcome;
    }, source);
    expect(result).toBe('answered');
    expect(asked).toEqual(['n1 needed']);
  });

  it('goes on with what an answer leads to, and ends a chain without end', async () => {
    const { asked, source } = setUp();
    const result = await answerInRounds((lookup) => {
      for (let n = 0; ; n++) {
        const { outcome } = lookup(question(n), 'needed');
        if (outcome !== 'answered') return `${outcome} after ${n}`;
      }
    }, source);
    expect(result).toBe('failed after 8');
    expect(asked).toHaveLength(8);
  });

  it('asks only so many questions for one reply', async () => {
    const { asked, source } = setUp();
    const numbers = Array.from({ length: 100 }, (_, n) => n);
    const result = await answerInRounds((lookup) => outcomes(lookup, ...numbers), source);
    expect(asked).toHaveLength(MAX_QUESTIONS_PER_REPLY);
    expect(result.filter((outcome) => outcome === 'answered')).toHaveLength(MAX_QUESTIONS_PER_REPLY);
    expect(result.filter((outcome) => outcome === 'failed')).toHaveLength(100 - MAX_QUESTIONS_PER_REPLY);
  });

  it('rejects when the answer throws after all', async () => {
    const { source } = setUp();
    const result = answerInRounds((lookup) => {
      if (lookup(question(1), 'needed').outcome === 'answered') throw new Error('a fault');
    }, source);
    await expect(result).rejects.toThrow('a fault');
  });
});

import { createManualClock } from '@wharf/agent';
import { type ExtendedError, type Question, replyTo } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../testing/scripted-name-server.ts';
import { createAnswerMemory } from './answer-memory.ts';
import { upstreamQuery } from './upstream-query.ts';

const WWW: Question = { name: ['www', 'example', 'org'], type: 'A', class: 'IN' };
const ANSWER = replyTo(upstreamQuery(1, WWW), { answers: recordsOf('www.example.org. 300 IN A 10.0.0.1') });
const SILENT: ExtendedError = { code: 22, text: 'no name server gave an answer' };
const LIMITS = { cacheEntries: 10, cacheSeconds: 60 };
const PLAIN = { dnssecOk: false };

describe('createAnswerMemory', () => {
  it('finds what was asked in vain by who needed it, until there is an answer', () => {
    const memory = createAnswerMemory(LIMITS, createManualClock());
    const keeper = memory.begin(WWW);
    keeper.failure(SILENT, ['helpful']);
    expect(memory.find(WWW, 'needed', PLAIN)).toBeUndefined();
    expect(memory.find(WWW, 'helpful', PLAIN)).toEqual({ outcome: 'failed', extendedError: SILENT });
    keeper.answer(ANSWER, PLAIN);
    expect(memory.find(WWW, 'helpful', PLAIN)).toMatchObject({ outcome: 'answered' });
    expect(memory.find(WWW, 'helpful', { dnssecOk: true })).toMatchObject({ outcome: 'failed' });
  });

  it('forgets everything, and what was asked for before that', () => {
    const memory = createAnswerMemory(LIMITS, createManualClock());
    const keeper = memory.begin(WWW);
    keeper.answer(ANSWER, PLAIN);
    keeper.failure(SILENT, ['needed']);
    memory.forget();
    expect([memory.entries, memory.octets]).toEqual([0, 0]);
    keeper.answer(ANSWER, PLAIN);
    keeper.failure(SILENT, ['needed']);
    expect(memory.find(WWW, 'needed', PLAIN)).toBeUndefined();
  });

  it('goes by new limits, and keeps what it has when they are the old ones', async () => {
    const clock = createManualClock();
    const memory = createAnswerMemory(LIMITS, clock);
    memory.begin(WWW).answer(ANSWER, PLAIN);
    memory.configure({ ...LIMITS });
    expect(memory.entries).toBe(1);
    memory.configure({ ...LIMITS, cacheSeconds: 5 });
    expect(memory.entries).toBe(0);
    memory.begin(WWW).answer(ANSWER, PLAIN);
    await clock.advance(5_000);
    expect(memory.find(WWW, 'needed', PLAIN)).toBeUndefined();
    memory.configure({ ...LIMITS, cacheEntries: 0 });
    memory.begin(WWW).answer(ANSWER, PLAIN);
    expect(memory.entries).toBe(0);
  });
});

import { extendedErrors, type Message, type Question, replyTo } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import { answerContext } from '../testing/answer-context.ts';
import { record } from '../testing/record.ts';
import { recordsOf } from '../testing/scripted-name-server.ts';
import { answerMessage, type DataState } from './answer-message.ts';
import type { OutsideAnswer } from './outside-lookup.ts';

const context = answerContext(['example', 'org'], {
  lookUp: (name) => (name[0]?.toLowerCase() === 'web' ? [record(name, { host: '10.0.0.1' })] : undefined),
});

const question = (name: string): Question => ({ name: name.split('.'), type: 'A', class: 'IN' });

const query = (more: Partial<Message> = {}): Message => ({
  id: 7,
  response: false,
  opcode: 0,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
  questions: [question('web.example.org')],
  answers: [],
  authorities: [],
  additionals: [],
  ...more,
});

const edns = { version: 0, udpSize: 1_232, dnssecOk: true, options: [] };

const summary = (message: Message | undefined) => ({
  rcode: message?.rcode,
  answers: message?.answers.length,
  errors: extendedErrors(message?.edns).map(({ code }) => code),
});

describe('answerMessage', () => {
  it.each<[string, DataState, Partial<Message>, ReturnType<typeof summary>]>([
    ['a question', 'current', {}, { rcode: 0, answers: 1, errors: [] }],
    ['a question before the first load', 'loading', { edns }, { rcode: 2, answers: 0, errors: [14] }],
    ['the same without EDNS', 'loading', {}, { rcode: 2, answers: 0, errors: [] }],
    [
      'a question about others before the first load',
      'loading',
      { questions: [question('a.net')] },
      { rcode: 5, answers: 0, errors: [] },
    ],
    ['a question while the store is away', 'stale', { edns }, { rcode: 0, answers: 1, errors: [3] }],
    ['the same without EDNS', 'stale', {}, { rcode: 0, answers: 1, errors: [] }],
    [
      'a name that was not there',
      'stale',
      { edns, questions: [question('no.example.org')] },
      { rcode: 3, answers: 0, errors: [19] },
    ],
    [
      'a question about others meanwhile',
      'stale',
      { edns, questions: [question('a.net')] },
      { rcode: 5, answers: 0, errors: [20] },
    ],
    ['no question', 'current', { questions: [] }, { rcode: 1, answers: 0, errors: [] }],
    [
      'two questions (RFC 9619)',
      'current',
      { questions: [question('a.org'), question('b.org')] },
      { rcode: 1, answers: 0, errors: [] },
    ],
    [
      'another class',
      'current',
      { questions: [{ ...question('web.example.org'), class: 'HS' }] },
      { rcode: 4, answers: 0, errors: [] },
    ],
    ['NOTIFY', 'current', { opcode: 4 }, { rcode: 4, answers: 0, errors: [] }],
    [
      'NOTIFY of EDNS 1',
      'current',
      { opcode: 4, edns: { ...edns, version: 1 } },
      { rcode: 16, answers: 0, errors: [] },
    ],
    ['UPDATE', 'current', { opcode: 5 }, { rcode: 4, answers: 0, errors: [] }],
    [
      'EDNS of the future (RFC 6891)',
      'current',
      { edns: { ...edns, version: 1 } },
      { rcode: 16, answers: 0, errors: [] },
    ],
  ])('answers %s (%s)', (_what, state, more, expected) => {
    expect(summary(answerMessage(query(more), state, context))).toEqual(expected);
  });

  it('gives back ID, RD and the question as it was asked, and sets AA but not RA', () => {
    const questions = [question('WEB.Example.org')];
    expect(answerMessage(query({ questions }), 'current', context)).toMatchObject({
      id: 7,
      response: true,
      authoritative: true,
      recursionDesired: true,
      recursionAvailable: false,
      questions,
      answers: [{ name: ['WEB', 'Example', 'org'] }],
    });
  });

  it('does not claim authority for names of others', () => {
    const reply = answerMessage(query({ questions: [question('a.net')] }), 'current', context);
    expect(reply).toMatchObject({ authoritative: false, authorities: [] });
  });

  it.each([
    ['loading', 2, [14]],
    ['current', 0, []],
  ] as const)('answers an alias of others that leads here (%s)', (state, rcode, errors) => {
    const alias = recordsOf('a.net. 60 IN CNAME web.example.org.');
    const elsewhere = (asked: Question): OutsideAnswer => ({
      outcome: 'answered',
      message: replyTo(query({ questions: [asked] }), { rcode: 3, answers: alias }),
    });
    const reply = answerMessage(query({ edns, questions: [question('a.net')] }), state, { ...context, elsewhere });
    expect(summary(reply)).toMatchObject({ rcode, errors });
  });

  it('says nothing to an answer', () => {
    expect(answerMessage(query({ response: true }), 'current', context)).toBeUndefined();
  });
});

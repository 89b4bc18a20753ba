import { type Message, type Question, Rcode, replyTo } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../testing/scripted-name-server.ts';
import { ageAnswer, keepAnswer } from './answer-lifetime.ts';
import { upstreamQuery } from './upstream-query.ts';

const QUESTION: Question = { name: ['a', 'org'], type: 'A', class: 'IN' };
const answer = (answers: string, authorities = '', more: Partial<Message> = {}): Message => ({
  ...replyTo(upstreamQuery(1, QUESTION), { answers: recordsOf(answers), authorities: recordsOf(authorities) }),
  ...more,
});
const soa = (ttl: number, minimum: number) => `org. ${ttl} IN SOA ns.a. mail.a. 1 2 3 4 ${minimum}`;
const alias = (ttl: number) => `a.org. ${ttl} IN CNAME b.org.`;

describe('keepAnswer', () => {
  it.each([
    ['an answer', answer('a.org. 60 IN A 10.0.0.1'), 60],
    ['the smallest TTL of all records', answer('a.org. 60 IN A 10.0.0.1', 'org. 30 IN NS ns.a.'), 30],
    ['the smallest TTL of a chain', answer(`${alias(20)}\nb.org. 60 IN A 10.0.0.1`), 20],
    ['a day at most', answer('a.org. 2147483647 IN A 10.0.0.1'), 86_400],
    ['only what was asked for', answer('a.org. 60 IN A 10.0.0.1\nb.org. 5 IN A 10.0.0.1'), 60],
    ['no name, by the SOA minimum', answer('', soa(3_600, 300), { rcode: Rcode.NXDOMAIN }), 300],
    ['no name, by the SOA TTL', answer('', soa(120, 300), { rcode: Rcode.NXDOMAIN }), 120],
    ['no name, three hours at most', answer('', soa(86_400, 86_400), { rcode: Rcode.NXDOMAIN }), 10_800],
    ['nothing of the type', answer('', soa(3_600, 300)), 300],
    ['nothing where an alias leads', answer(alias(20), soa(3_600, 300)), 20],
    ['no name where an alias leads', answer(alias(3_600), soa(3_600, 300), { rcode: Rcode.NXDOMAIN }), 300],
    ['a SOA record beside an answer has no say', answer('a.org. 60 IN A 10.0.0.1', soa(3_600, 5)), 60],
    ['no SOA record', answer(''), undefined],
    ['no SOA record for no name', answer('', '', { rcode: Rcode.NXDOMAIN }), undefined],
    ["another zone's SOA record", answer('', 'net. 60 IN SOA ns.a. mail.a. 1 2 3 4 60'), undefined],
    ['an alias that leads nowhere', answer(alias(60)), undefined],
    ['a TTL of 0', answer('a.org. 0 IN A 10.0.0.1'), undefined],
    ['a minimum of 0', answer('', soa(60, 0)), undefined],
    ['SERVFAIL', answer('a.org. 60 IN A 10.0.0.1', '', { rcode: Rcode.SERVFAIL }), undefined],
    ['REFUSED', answer('', soa(60, 60), { rcode: Rcode.REFUSED }), undefined],
    ['what was truncated', answer('a.org. 60 IN A 10.0.0.1', '', { truncated: true }), undefined],
  ])('keeps %s', (_what, message, seconds) => {
    expect(keepAnswer(QUESTION, message)?.lifetimeSeconds).toBe(seconds);
  });

  it('tells clients no longer times than its own', () => {
    const none = keepAnswer(QUESTION, answer('', soa(3_600, 300)));
    expect(none?.message.authorities.map(({ ttl }) => ttl)).toEqual([300]);
    const long = keepAnswer(QUESTION, answer('a.org. 100000 IN A 10.0.0.1\na.org. 90 IN A 10.0.0.2'));
    expect(long?.message.answers.map(({ ttl }) => ttl)).toEqual([86_400, 90]);
  });
});

describe('ageAnswer', () => {
  it('counts every TTL down, to 0 at least', () => {
    const aged = ageAnswer(answer('a.org. 60 IN A 10.0.0.1\na.org. 9 IN A 10.0.0.2', soa(100, 5)), 10);
    expect([...aged.answers, ...aged.authorities].map(({ ttl }) => ttl)).toEqual([50, 0, 90]);
  });
});

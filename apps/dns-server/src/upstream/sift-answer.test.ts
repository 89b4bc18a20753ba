import { type Question, renderRecordText, replyTo } from '@wharf/dns-wire';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../testing/scripted-name-server.ts';
import { aliasChain, siftAnswer } from './sift-answer.ts';
import { upstreamQuery } from './upstream-query.ts';

const question = (name: string, type: Question['type'] = 'A'): Question => ({
  name: name.split('.'),
  type,
  class: 'IN',
});
const sift = (asked: Question, answers: string, authorities = '', additionals = '') => {
  const message = replyTo(upstreamQuery(1, asked), {
    answers: recordsOf(answers),
    authorities: recordsOf(authorities),
    additionals: recordsOf(additionals),
  });
  const sifted = siftAnswer(asked, message);
  return {
    answers: sifted.answers.map(renderRecordText),
    authorities: sifted.authorities.map(renderRecordText),
    additionals: sifted.additionals.map(renderRecordText),
  };
};
const lines = (text: string) => text.split('\n').filter((line) => line !== '');

describe('siftAnswer', () => {
  const soa = (zone: string) => `${zone} 60 IN SOA ns.a. mail.a. 1 2 3 4 5`;

  it.each([
    ['other names', question('a.org'), 'a.org. 60 IN A 10.0.0.1\nb.org. 60 IN A 10.0.0.2', 'a.org. 60 IN A 10.0.0.1'],
    ['other types', question('a.org'), 'a.org. 60 IN TXT "x"\na.org. 60 IN A 10.0.0.1', 'a.org. 60 IN A 10.0.0.1'],
    ['other classes', question('a.org'), 'a.org. 60 CH A 10.0.0.1', ''],
    ['names above and below', question('a.org'), 'x.a.org. 60 IN A 10.0.0.1\norg. 60 IN A 10.0.0.1', ''],
    [
      'an alias of a name nobody asked for',
      question('a.org'),
      'c.org. 60 IN CNAME b.org.\nb.org. 60 IN A 10.0.0.1',
      '',
    ],
    [
      'what a CNAME leads to when CNAME is asked for',
      question('a.org', 'CNAME'),
      'a.org. 60 IN CNAME b.org.\nb.org. 60 IN CNAME c.org.',
      'a.org. 60 IN CNAME b.org.',
    ],
    [
      'where the second alias of a name leads to',
      question('a.org'),
      'a.org. 60 IN CNAME b.org.\na.org. 60 IN CNAME c.org.\nb.org. 60 IN A 10.0.0.1\nc.org. 60 IN A 10.0.0.2',
      'a.org. 60 IN CNAME b.org.\na.org. 60 IN CNAME c.org.\nb.org. 60 IN A 10.0.0.1',
    ],
  ])('leaves out of the answers %s', (_what, asked, answers, kept) => {
    expect(sift(asked, answers).answers).toEqual(lines(kept));
  });

  it.each([
    [
      'in its order',
      question('a.org'),
      'a.org. 60 IN CNAME b.net.\nb.net. 60 IN CNAME c.com.\nc.com. 60 IN A 10.0.0.1',
    ],
    [
      'out of order',
      question('a.org'),
      'c.com. 60 IN A 10.0.0.1\nb.net. 60 IN CNAME c.com.\na.org. 60 IN CNAME b.net.',
    ],
    ['in any case', question('A.oRg'), 'a.ORG. 60 IN CNAME B.net.\nb.NET. 60 IN A 10.0.0.1'],
    ['in a circle', question('a.org'), 'a.org. 60 IN CNAME b.org.\nb.org. 60 IN CNAME a.org.'],
    ['with signatures', question('a.org'), 'a.org. 60 IN A 10.0.0.1\na.org. 60 IN TYPE46 \\# 2 0102'],
    ['of everything there is', question('a.org', 'ANY'), 'a.org. 60 IN TXT "x"\na.org. 60 IN A 10.0.0.1'],
    ['of a type that it does not know', question('a.org', 'TYPE65'), 'a.org. 60 IN TYPE65 \\# 2 0102'],
  ])('keeps an answer %s', (_what, asked, answers) => {
    expect(sift(asked, answers).answers).toEqual(lines(answers));
  });

  it.each([
    ['a zone that holds the name', '', soa('org.'), soa('org.')],
    ['the root', '', '. 60 IN NS ns.a.', '. 60 IN NS ns.a.'],
    ['a zone beside it', '', soa('b.org.'), ''],
    ['a zone below it', '', soa('x.a.org.'), ''],
    ['the zone that an alias leads to', 'a.org. 60 IN CNAME b.net.', `${soa('net.')}\n${soa('org.')}`, soa('net.')],
    ['no zone at all', '', 'a.org. 60 IN A 10.0.0.1', ''],
    [
      'a proof in the zone',
      '',
      `${soa('org.')}\nx.org. 60 IN TYPE47 \\# 2 0102`,
      `${soa('org.')}\nx.org. 60 IN TYPE47 \\# 2 0102`,
    ],
    ['a proof out of the zone', '', `${soa('org.')}\nx.net. 60 IN TYPE47 \\# 2 0102`, soa('org.')],
  ])('judges the authority of %s', (_what, answers, authorities, kept) => {
    expect(sift(question('a.org'), answers, authorities).authorities).toEqual(lines(kept));
  });

  it('keeps the addresses of names that are pointed to, and nothing else', () => {
    const additionals =
      'mx.net. 60 IN AAAA fd00::1\nns.net. 60 IN A 10.0.0.2\nbank.example. 60 IN A 10.0.0.3\nmx.net. 60 IN TXT "x"';
    const sifted = sift(question('a.org', 'MX'), 'a.org. 60 IN MX 10 mx.net.', 'org. 60 IN NS ns.net.', additionals);
    expect(sifted.additionals).toEqual(lines(additionals).slice(0, 2));
  });

  it('comes to an end, leaves nothing more to leave out, and adds nothing, whatever it is given', () => {
    const name = fc.array(fc.constantFrom('a', 'A', 'b', 'c'), { maxLength: 3 });
    const ttl = fc.nat({ max: 100 });
    const base = { name, ttl, class: fc.constantFrom('IN' as const, 'CH' as const) };
    const record = fc.oneof(
      fc.record({ ...base, type: fc.constant('CNAME' as const), target: name }),
      fc.record({ ...base, type: fc.constant('NS' as const), target: name }),
      fc.record({ ...base, type: fc.constant('A' as const), address: fc.constant('10.0.0.1') }),
    );
    const records = fc.array(record, { maxLength: 12 });
    const type = fc.constantFrom('A' as const, 'CNAME' as const, 'NS' as const, 'ANY' as const);
    fc.assert(
      fc.property(name, type, records, records, records, (name, type, answers, authorities, additionals) => {
        const asked: Question = { name, type, class: 'IN' };
        const message = replyTo(upstreamQuery(1, asked), { answers, authorities, additionals });
        const once = siftAnswer(asked, message);
        expect(siftAnswer(asked, once)).toEqual(once);
        expect(answers).toEqual(expect.arrayContaining([...once.answers]));
        expect(aliasChain(asked, answers).length).toBeLessThanOrEqual(answers.length + 1);
      }),
    );
  });
});

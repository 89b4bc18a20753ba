import { type Message, Rcode, renderRecordText, replyTo } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import type { IndexedRecord } from '../records/indexed-record.ts';
import { nameIdentity } from '../records/names.ts';
import { answerContext } from '../testing/answer-context.ts';
import { record } from '../testing/record.ts';
import { recordsOf } from '../testing/scripted-name-server.ts';
import { upstreamQuery } from '../upstream/upstream-query.ts';
import { answerQuestion } from './answer-question.ts';
import type { Need, OutsideAnswer } from './outside-lookup.ts';

const DOMAIN = ['skydns', 'local'];
const labels = (text: string) => text.split('.');

interface World {
  /** Hosts of names here. */
  readonly here?: Readonly<Record<string, string | readonly string[]>>;
  /** What others answer for a name and a type, in zone-file text; NXDOMAIN for what is not there. */
  readonly elsewhere?: Readonly<Record<string, string>>;
  /** What they say to everything else. */
  readonly otherwise?: OutsideAnswer;
}

/** Asks for a name and type in such a world; `wanted` is what was looked up elsewhere. */
const ask = (asked: string, { here = {}, elsewhere = {}, otherwise }: World) => {
  const [name = '', type = ''] = asked.split(' ');
  const records = new Map<string, readonly IndexedRecord[]>(
    Object.entries(here).map(([owner, hosts]) => [
      nameIdentity(labels(owner)),
      [hosts].flat().map((host, n) => record([String(n), ...labels(owner)], { host })),
    ]),
  );
  const wanted: string[] = [];
  const context = answerContext(DOMAIN, {
    lookUp: (owner) => records.get(nameIdentity(owner)),
    elsewhere(question, need: Need) {
      const key = `${question.name.join('.')} ${question.type}`;
      wanted.push(`${key} ${need}`);
      const text = elsewhere[key];
      if (text === undefined && otherwise !== undefined) return otherwise;
      const fields = text === undefined ? { rcode: Rcode.NXDOMAIN } : { answers: recordsOf(text) };
      const message: Message = replyTo(upstreamQuery(1, question), fields);
      return { outcome: 'answered', message };
    },
  });
  if (type !== 'A' && type !== 'CNAME' && type !== 'SRV' && type !== 'AAAA') throw new Error(asked);
  const reply = answerQuestion({ name: labels(name), type, class: 'IN' }, context);
  return { reply, wanted, texts: reply.answers.map(renderRecordText) };
};

const failed: OutsideAnswer = { outcome: 'failed', extendedError: { code: 22, text: 'nobody' } };
const refused: OutsideAnswer = { outcome: 'refused', rcode: Rcode.REFUSED, extendedError: { code: 18, text: 'no' } };

describe('a question that leads out of the zones', () => {
  it('follows aliases out, back and out again, and is authoritative for what it was asked', () => {
    const { reply, texts, wanted } = ask('a.skydns.local A', {
      here: { 'a.skydns.local': 'b.org', 'c.skydns.local': 'd.org' },
      elsewhere: { 'b.org A': 'b.org. 9 IN CNAME C.SkyDNS.local.', 'd.org A': 'd.org. 9 IN A 10.0.0.1' },
    });
    expect(texts).toEqual([
      'a.skydns.local. 5 IN CNAME b.org.',
      'b.org. 9 IN CNAME C.SkyDNS.local.',
      'C.SkyDNS.local. 5 IN CNAME d.org.',
      'd.org. 9 IN A 10.0.0.1',
    ]);
    expect(reply).toMatchObject({ rcode: Rcode.NOERROR, authoritative: true });
    expect(wanted).toEqual(['b.org A needed', 'd.org A needed']);
  });

  it('believes nobody else about a name of the zones', () => {
    const { texts, reply } = ask('b.org A', {
      here: { 'c.skydns.local': '10.0.0.1' },
      elsewhere: { 'b.org A': 'b.org. 9 IN CNAME c.skydns.local.\nc.skydns.local. 9 IN A 192.0.2.66' },
    });
    expect(texts).toEqual(['b.org. 9 IN CNAME c.skydns.local.', 'c.skydns.local. 5 IN A 10.0.0.1']);
    expect(reply.authoritative).toBe(false);
  });

  it('says that a name here does not exist, also after aliases elsewhere (RFC 6604)', () => {
    const { reply } = ask('b.org A', { elsewhere: { 'b.org A': 'b.org. 9 IN CNAME no.skydns.local.' } });
    expect(reply.rcode).toBe(Rcode.NXDOMAIN);
    expect(reply.authorities.map(({ type }) => type)).toEqual(['SOA']);
  });

  it('ends circles and chains that are too long', () => {
    const circle = ask('a.skydns.local A', {
      here: { 'a.skydns.local': 'b.org' },
      elsewhere: { 'b.org A': 'b.org. 9 IN CNAME a.skydns.local.' },
    });
    expect(circle.texts).toEqual(['a.skydns.local. 5 IN CNAME b.org.', 'b.org. 9 IN CNAME a.skydns.local.']);
    const numbers = Array.from({ length: 50 }, (_, n) => n);
    const long = ask('n0.skydns.local A', {
      here: Object.fromEntries(numbers.map((n) => [`n${n}.skydns.local`, `n${n}.org`])),
      elsewhere: Object.fromEntries(
        numbers.map((n) => [`n${n}.org A`, `n${n}.org. 9 IN CNAME n${n + 1}.skydns.local.`] as const),
      ),
    });
    expect(long.texts).toHaveLength(8);
    expect(long.wanted).toHaveLength(4);
    expect([circle, long].map(({ reply }) => reply.extendedErrors.map(({ text }) => text))).toEqual([
      ['the chain of aliases goes in circles'],
      ['the chain of aliases is too long'],
    ]);
    expect([circle, long].every(({ reply }) => reply.rcode === Rcode.NOERROR && reply.authoritative)).toBe(true);
  });

  it('follows eight links, wherever they are', () => {
    const elsewhere = {
      'b.org A': 'b.org. 9 IN CNAME c.org.\nc.org. 9 IN CNAME d.org.\nd.org. 9 IN CNAME n1.skydns.local.',
    };
    const host = (n: number, links: number) => (n === links ? '10.0.0.1' : `n${n + 1}.skydns.local`);
    const run = (links: number) => {
      const numbers = Array.from({ length: links }, (_, n) => n + 1);
      const named = Object.fromEntries(numbers.map((n) => [`n${n}.skydns.local`, host(n, links)]));
      return ask('a.skydns.local A', { here: { 'a.skydns.local': 'b.org', ...named }, elsewhere });
    };
    expect(run(5).texts).toHaveLength(9);
    expect(run(5).reply).toMatchObject({ answers: { 8: { type: 'A' } }, extendedErrors: [] });
    expect(run(6).texts).toHaveLength(8);
    expect(run(6).reply).toMatchObject({ extendedErrors: [{ code: 0 }] });
  });

  it('ends where others have more aliases than are followed', () => {
    const lines = Array.from(
      { length: 9 },
      (_, n) => `n${n}.org. 9 IN CNAME ${n === 8 ? 'web.skydns.local' : `n${n + 1}.org`}.`,
    );
    const { texts, reply } = ask('n0.org A', {
      here: { 'web.skydns.local': '10.0.0.1' },
      elsewhere: { 'n0.org A': lines.join('\n') },
    });
    expect(texts).toEqual(lines);
    expect(reply).toMatchObject({ rcode: Rcode.NOERROR, authoritative: false, extendedErrors: [{ code: 0 }] });
  });

  it('gives the client no address of a name of the zones that others made up, in a circle either', () => {
    const { texts } = ask('a.skydns.local A', {
      here: { 'a.skydns.local': 'b.org' },
      elsewhere: { 'b.org A': 'b.org. 9 IN CNAME a.skydns.local.\na.skydns.local. 9 IN A 192.0.2.66' },
    });
    expect(texts).toEqual(['a.skydns.local. 5 IN CNAME b.org.', 'b.org. 9 IN CNAME a.skydns.local.']);
  });

  it.each<[string, OutsideAnswer, asked: string, rcode: number, answers: number, extended: readonly number[]]>([
    ['nobody answers', failed, 'b.org A', Rcode.SERVFAIL, 0, [22]],
    ['nobody answers behind an alias', failed, 'a.skydns.local A', Rcode.SERVFAIL, 1, [22]],
    ['nobody may be asked', refused, 'b.org A', Rcode.REFUSED, 0, [18]],
    ['nobody may be asked behind an alias', refused, 'a.skydns.local A', Rcode.NOERROR, 1, []],
    ['the alias itself is asked for', failed, 'a.skydns.local CNAME', Rcode.NOERROR, 1, []],
  ])('where %s', (_what, otherwise, asked, rcode, answers, extended) => {
    const { reply } = ask(asked, { here: { 'a.skydns.local': 'b.org' }, otherwise });
    expect(reply).toMatchObject({ rcode });
    expect(reply.answers).toHaveLength(answers);
    expect(reply.extendedErrors.map(({ code }) => code)).toEqual(extended);
  });

  it('gathers the addresses of several names, each no longer than what leads there', () => {
    const { texts, wanted } = ask('a.skydns.local A', {
      here: { 'a.skydns.local': ['b.org', 'c.org', '10.0.0.9'] },
      elsewhere: {
        'b.org A': 'b.org. 2 IN CNAME x.org.\nx.org. 9 IN A 10.0.0.1',
        'c.org A': 'c.org. 9 IN A 10.0.0.2',
      },
    });
    expect(texts.toSorted()).toEqual([
      'a.skydns.local. 2 IN A 10.0.0.1',
      'a.skydns.local. 2 IN A 10.0.0.2',
      'a.skydns.local. 2 IN A 10.0.0.9',
    ]);
    expect(wanted.every((one) => one.endsWith('helpful'))).toBe(true);
  });

  it('is an alias of one of several names when no addresses of any are known', () => {
    const { texts } = ask('a.skydns.local A', {
      here: { 'a.skydns.local': ['b.org', 'c.org'] },
      otherwise: refused,
    });
    expect(texts).toEqual(['a.skydns.local. 5 IN CNAME b.org.']);
  });
});

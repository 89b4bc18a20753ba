import { type DnsReply, decodeDnsReply, encodeDnsQuery } from '@wharf/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchings } from '../records/matching.ts';
import { createAnswering } from '../testing/create-answering.ts';

const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT', 'ANY', 'UNKNOWN_65'] as const;
const DOMAIN = ['local', 'skydns'];

const labels = fc.constantFrom('a', 'A', 'b', '*', 'any', '_tcp', '_udp', '_web', '_sub', '_dns-sd', 'b', 'dns', 'ns');
const paths = fc.oneof(
  { weight: 9, arbitrary: fc.array(labels, { maxLength: 3 }).map((path) => [...DOMAIN, ...path]) },
  { weight: 1, arbitrary: fc.constantFrom(['arpa', 'in-addr', '10', '0', '0', '1'], [...DOMAIN, 'dns', 'apex', 'x']) },
);
const names = paths.map((path) => path.toReversed().join('.'));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const records = fc.record({
  host: optional(fc.oneof(fc.constantFrom('10.0.0.1', '2001:db8::1', 'x.example.org', 'X.example.org'), names)),
  port: fc.nat(2),
  priority: fc.nat(1),
  weight: fc.nat(1),
  ttl: fc.nat(3),
  text: optional(fc.constantFrom('', 't', 'k=v "two"')),
  group: optional(fc.constantFrom('g', 'h')),
  mail: fc.boolean(),
  targetstrip: fc.nat(3),
});
type Stored = readonly [path: readonly string[], record: object];

const stores = fc.array(fc.tuple(paths, records), { maxLength: 20, size: 'max' });
const options = fc
  .tuple(fc.constantFrom(...matchings), fc.subarray(['-wildcards', '-auto-ptr', '-domain=skydns.local,a.skydns.local']))
  .map(([matching, more]) => ['-no-rec', `-matching=${matching}`, ...more]);

/** A line of a reply, as far as names are compared without regard to case. */
interface Line {
  readonly owner: string;
  readonly ttl: number;
  readonly type: string;
  readonly data: string;
}

const linesOf = (texts: readonly string[]): readonly Line[] =>
  texts.map((text) => {
    const [owner = '', ttl, , type = '', ...data] = text.split(' ');
    return { owner: owner.toLowerCase(), ttl: Number(ttl), type, data: data.join(' ').toLowerCase() };
  });

/** What is wrong with the records of a section: RFC 2181, sections 5, 5.2 and 10.1; RFC 1034, section 3.6.2. */
function setProblems(texts: readonly string[]): string[] {
  const lines = linesOf(texts);
  return lines.flatMap((line, at) =>
    lines.slice(at + 1).flatMap((other) => {
      if (line.owner !== other.owner) return [];
      if (line.type === 'CNAME' || other.type === 'CNAME') return [`${line.owner} is an alias and has ${other.type}`];
      if (line.type !== other.type) return [];
      if (line.data === other.data) return [`${texts[at]} comes twice`];
      return line.ttl === other.ttl ? [] : [`${line.owner} ${line.type} has two TTLs`];
    }),
  );
}

/** What is wrong with a reply: see `setProblems`, and RFC 2308, section 2. */
function problemsOf(name: string, type: string, reply: DnsReply): readonly string[] {
  const { rcode, texts, authorities, additionals, packet } = reply;
  const problems = [texts, authorities, additionals].flatMap(setProblems);
  if (rcode === 'REFUSED') return problems;
  if (!packet.flag_aa) problems.push('it is not authoritative');
  const lines = linesOf(texts);
  const last = lines.findLast((line) => line.type === 'CNAME')?.data ?? `${name.toLowerCase()}.`;
  const [authority, ...others] = linesOf(authorities);
  if (lines.some((line) => line.owner === last)) {
    if (rcode !== 'NOERROR' || authority !== undefined) problems.push('it has an answer, and is negative');
  } else if (authority === undefined) {
    // Whoever asks goes on outside.
    if (type !== 'CNAME' && last.endsWith('.skydns.local.')) problems.push('it does not say that there is nothing');
  } else if (authority.type !== 'SOA' || authority.ttl !== 60 || others.length > 0) {
    problems.push('it does not say how long there is nothing');
  }
  return problems;
}

describe('answers from any records', () => {
  /** Asks a server with these records. */
  const asker = (args: readonly string[], turn: number, stored: readonly Stored[]) => {
    const server = createAnswering(args, () => turn);
    for (const [path, record] of stored) server.put(`/skydns/${path.join('/')}`, JSON.stringify(record));
    return (name: string, type: string): DnsReply => {
      const { reply, problem } = server.respond(encodeDnsQuery({ name, type }), 'tcp');
      if (reply === undefined) throw new Error(`no reply: ${problem}`);
      return decodeDnsReply(reply.bytes);
    };
  };

  it('have sound sets, and are negative as a resolver can keep it, whatever is asked', () => {
    fc.assert(
      fc.property(options, stores, names, fc.double({ min: 0, max: 0.99, noNaN: true }), (args, stored, name, turn) => {
        const ask = asker(args, turn, stored);
        const replies = TYPES.map((type) => [type, ask(name, type)] as const);
        for (const [type, reply] of replies) {
          expect(reply.rcode).toMatch(/^(?:NOERROR|NXDOMAIN|REFUSED)$/);
          expect(problemsOf(name, type, reply)).toEqual([]);
        }
        // RFC 2308, section 5, and RFC 8020, section 2: a name that does not exist does so for no type, and with nothing below it.
        const missing = replies.filter(([, { rcode, texts }]) => rcode === 'NXDOMAIN' && texts.length === 0);
        expect([0, TYPES.length]).toContain(missing.length);
        const below = ask(`b.${name}`, 'A').rcode;
        expect(missing.length > 0 ? below : 'NXDOMAIN').toBe('NXDOMAIN');
      }),
      { numRuns: 500 },
    );
  });
});

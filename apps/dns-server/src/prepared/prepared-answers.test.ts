import { isDeepStrictEqual } from 'node:util';
import { decodeMessage, decodeRequest } from '@wharf/dns-wire';
import { createHostilePackets, decodeDnsReply, encodeDnsQuery } from '@wharf/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configureServer } from '../testing/configure-server.ts';
import { createPreparedPair, meaningOf, type PreparedPair } from '../testing/prepared-pair.ts';

/** What can happen between one question and the next. */
type Step =
  | { readonly type: 'put'; readonly key: string; readonly record: object; readonly lease: string }
  | { readonly type: 'remove' | 'relist'; readonly key: string }
  | { readonly type: 'observe'; readonly lease: string; readonly seconds: number }
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'state'; readonly state: 'loading' | 'current' | 'stale' }
  | ({ readonly type: 'ask' } & Ask);

interface Ask {
  readonly name: string;
  readonly recordType: string;
  readonly transport: 'udp' | 'tcp';
  readonly edns: { readonly udpPayloadSize: number } | undefined;
  readonly recursionDesired: boolean;
  readonly turn: number;
  /** Which letters are in upper case. */
  readonly cases: number;
}

const plainAsk: Omit<Ask, 'name' | 'recordType'> = {
  transport: 'udp',
  edns: undefined,
  recursionDesired: false,
  turn: 0,
  cases: 0,
};

const LEASES = ['1', '2', '3', '4', '5', '6'];
const labels = fc.constantFrom('a', 'b', 'c', '_http', '_tcp', '_udp', '_dns-sd', 'dns', '*', 'any', 'x'.repeat(60));
const paths = fc.array(labels, { minLength: 0, maxLength: 4 });
const keys = paths.map((path) => `/skydns/local/skydns${path.map((label) => `/${label}`).join('')}`);
const names = paths.map((path) => [...path.toReversed(), 'skydns', 'local'].join('.'));
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });

const records = fc.record({
  host: optional(
    fc.oneof(
      fc.nat(8).map((last) => `10.0.0.${last}`),
      fc.nat(3).map((last) => `2001:db8::${last}`),
      names,
      fc.constant('elsewhere.example.org'),
    ),
  ),
  port: optional(fc.nat(3)),
  ttl: optional(fc.nat(20)),
  weight: optional(fc.nat(3)),
  text: optional(fc.constantFrom('t', 'k=v "two"', 'long '.repeat(60))),
  group: optional(fc.constantFrom('g', 'h')),
  mail: optional(fc.boolean()),
});

const asks: fc.Arbitrary<Step> = fc.record({
  type: fc.constant('ask' as const),
  name: names,
  recordType: fc.constantFrom(
    'A',
    'A',
    'SRV',
    'SRV',
    'AAAA',
    'TXT',
    'MX',
    'PTR',
    'CNAME',
    'NS',
    'SOA',
    'ANY',
    'UNKNOWN_65',
  ),
  transport: fc.constantFrom('udp' as const, 'tcp' as const),
  edns: fc.constantFrom(undefined, { udpPayloadSize: 512 }, { udpPayloadSize: 1_232 }, { udpPayloadSize: 4_096 }),
  recursionDesired: fc.boolean(),
  turn: fc.constantFrom(0, 0.3, 0.6, 0.99),
  cases: fc.nat(),
});

const puts: fc.Arbitrary<Step> = fc.record({
  type: fc.constant('put' as const),
  key: keys,
  record: records,
  lease: fc.constantFrom('0', ...LEASES),
});

const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 10, arbitrary: asks },
  { weight: 3, arbitrary: puts },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('remove' as const, 'relist' as const), key: keys }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('observe' as const),
      lease: fc.constantFrom(...LEASES),
      seconds: fc.integer({ min: 0, max: 30 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(4_000) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant('state' as const),
      state: fc.constantFrom('loading' as const, 'current' as const, 'current' as const, 'stale' as const),
    }),
  },
);

async function change(pair: PreparedPair, step: Exclude<Step, { type: 'ask' }>): Promise<void> {
  switch (step.type) {
    case 'put':
      if (step.lease !== '0' && !pair.leases.has(step.lease)) {
        pair.leases.set(step.lease, { version: 0, endsMs: undefined });
      }
      pair.put(step.key, JSON.stringify(step.record), step.lease);
      return;
    case 'remove':
      pair.remove(step.key);
      return;
    case 'relist':
      pair.data.sink.beginSnapshot().commit(1);
      pair.put(step.key, '{"host":"10.1.1.1"}');
      return;
    case 'observe': {
      const lease = pair.leases.get(step.lease);
      if (lease === undefined) return;
      lease.endsMs = pair.clock.monotonicMs() + step.seconds * 1_000;
      lease.version++;
      return;
    }
    case 'wait':
      await pair.clock.advance(step.ms);
      return;
    case 'state':
      pair.world.state = step.state;
      return;
    default:
      step satisfies never;
  }
}

function inCases(query: Buffer, cases: number): Buffer {
  const changed = Buffer.from(query);
  let letter = 0;
  for (let at = 12; at < changed.length && changed[at] !== 0; at += 1 + (changed[at] ?? 0)) {
    for (let octet = at + 1; octet <= at + (changed[at] ?? 0); octet++) {
      const value = changed[octet] ?? 0;
      if (value >= 0x61 && value <= 0x7a && ((cases >> (letter++ % 30)) & 1) === 1) changed[octet] = value - 0x20;
    }
  }
  return changed;
}

/** Asks both; whether the fast one answered. */
function compare(
  pair: PreparedPair,
  { name, recordType, transport, edns, recursionDesired, turn, cases }: Ask,
): boolean {
  pair.world.turn = turn;
  const query = encodeDnsQuery({ name, type: recordType, recursionDesired, ...(edns === undefined ? {} : { edns }) });
  const asked = inCases(query, cases);
  const fast = pair.fast(asked, transport);
  if (fast === undefined) return false;
  // In lower case, as more of a reply is compressed then, and less of it is cut.
  expect(meaningOf(fast)).toEqual(meaningOf(pair.slow(query, transport)));
  const questionEnd = asked.indexOf(0, 12) + 5;
  expect(fast.subarray(12, questionEnd)).toEqual(asked.subarray(12, questionEnd));
  return true;
}

/** What is the same however much of a reply fits: a reply to a name in other cases is compressed less, and cut sooner. */
function withoutRecords(reply: Buffer | undefined): unknown {
  const meaning = reply === undefined ? undefined : decodeMessage(reply);
  if (meaning?.ok !== true) return undefined;
  const { id, rcode, authoritative, recursionDesired, checkingDisabled, questions, edns } = meaning.value;
  const kept = { id, rcode, authoritative, recursionDesired, checkingDisabled, questions, edns };
  return JSON.parse(JSON.stringify(kept).toLowerCase());
}

describe('prepared answers', () => {
  it.each([
    [[]],
    [['-wildcards']],
    [['-matching=exact']],
    [['-round-robin=false', '-domain=skydns.local,a.skydns.local']],
  ])('say at every moment what the answerer says, with %j', async (args) => {
    let asked = 0;
    let fast = 0;
    const config = configureServer(['-no-rec', ...args]);
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 20, maxLength: 120 }), async (sequence) => {
        const pair = createPreparedPair(config, { sets: 16, ringOctets: 32_768 });
        for (const step of sequence) {
          if (step.type !== 'ask') {
            await change(pair, step);
            continue;
          }
          asked++;
          if (compare(pair, step)) fast++;
        }
      }),
      { numRuns: 60 },
    );
    // Most of the others have `elsewhere` in them, or no data yet.
    expect(fast / asked).toBeGreaterThan(0.5);
  });

  it('keep what a change does not touch, and answer by the change at once', async () => {
    const pair = createPreparedPair(configureServer(['-round-robin=false']));
    const count = async (reply: string): Promise<number> => {
      const text = await pair.registry.getSingleMetricAsString('wharf_dns_prepared_total');
      return Number(new RegExp(`reply="${reply}"} (\\d+)`).exec(text)?.[1]);
    };
    const ask = (name: string): unknown => {
      const query = encodeDnsQuery({ name, type: 'A' });
      const reply = pair.fast(query, 'udp');
      expect(meaningOf(reply)).toEqual(meaningOf(pair.slow(query, 'udp')));
      return reply;
    };
    pair.put('/skydns/local/skydns/web/1', '{"host":"10.0.0.1"}');
    pair.put('/skydns/local/skydns/mail/1', '{"host":"10.0.0.2"}');
    for (let times = 0; times < 3; times++) for (const name of ['web', 'mail', 'none']) ask(`${name}.skydns.local`);
    // What is asked for the first time is kept the second time.
    expect([await count('made'), await count('kept'), await count('missing')]).toEqual([4, 2, 3]);
    pair.put('/skydns/local/skydns/web/2', '{"host":"10.0.0.3"}');
    pair.put('/skydns/local/skydns/none', '{"host":"10.0.0.4"}');
    for (const name of ['web', 'mail', 'none']) ask(`${name}.skydns.local`);
    expect([await count('made'), await count('kept'), await count('missing')]).toEqual([6, 3, 3]);
    pair.remove('/skydns/local/skydns/none');
    ask('none.skydns.local');
    expect(await count('missing')).toBe(4);
  });

  it('keep nothing for questions that are asked once', () => {
    const pair = createPreparedPair(configureServer([]));
    for (let n = 0; n < 200; n++) {
      pair.put(`/skydns/local/skydns/s${n}/1`, '{"host":"10.0.0.1"}');
      expect(pair.fast(encodeDnsQuery({ name: `s${n}.skydns.local`, type: 'A' }), 'udp')).toBeDefined();
    }
    expect(pair.store.size).toBe(0);
    expect(pair.store.ring.size).toBe(0);
  });

  it('begin with each of many records in its turn', () => {
    const pair = createPreparedPair(configureServer([]));
    for (let n = 0; n < 40; n++) pair.put(`/skydns/local/skydns/web/${n}`, `{"host":"10.0.0.${n}"}`);
    const query = encodeDnsQuery({ name: 'web.skydns.local', type: 'A' });
    const first = new Set<unknown>();
    for (let n = 0; n < 100_000; n++) {
      pair.world.turn = (n * 0.618_034) % 1;
      // After header and question, the first record's address is 12 octets on.
      first.add(pair.fast(query, 'tcp')?.readUInt32BE(query.length + 12));
    }
    expect(first.size).toBe(40);
  });

  it('count as the others do', async () => {
    const pair = createPreparedPair(configureServer([]));
    for (let n = 0; n < 60; n++) pair.put(`/skydns/local/skydns/web/${n}`, `{"host":"10.0.0.${n}"}`);
    for (const name of ['web', 'none']) pair.fast(encodeDnsQuery({ name: `${name}.skydns.local`, type: 'A' }), 'udp');
    pair.fast(encodeDnsQuery({ name: 'none.skydns.local', type: 'UNKNOWN_4711' }), 'tcp');
    pair.fast(Buffer.from('0001010000010000000000004100', 'hex'), 'udp');
    const text = await pair.registry.metrics();
    for (const line of [
      'wharf_dns_queries_total{transport="udp",type="A"} 2',
      'wharf_dns_queries_total{transport="tcp",type="other"} 1',
      'wharf_dns_replies_total{transport="udp",rcode="NOERROR"} 1',
      'wharf_dns_replies_total{transport="udp",rcode="NXDOMAIN"} 1',
      'wharf_dns_replies_total{transport="tcp",rcode="NXDOMAIN"} 1',
      'wharf_dns_truncated_replies_total 1',
      'wharf_dns_unreadable_packets_total{transport="udp"} 1',
      'wharf_dns_replies_total{transport="udp",rcode="FORMERR"} 1',
      'wharf_dns_answer_seconds_count 4',
      'wharf_dns_reply_octets_count{transport="udp"} 3',
    ]) {
      expect(text).toContain(`${line}\n`);
    }
  });

  it.each(['udp', 'tcp'] as const)('say to hostile packets over %s what the answerer says', (transport) => {
    const seed = Math.floor(Math.random() * 2 ** 32);
    const pair = createPreparedPair(configureServer(['-no-rec']));
    pair.put('/skydns/local/skydns/web/1', '{"host":"10.0.0.1"}');
    for (let n = 0; n < 60; n++) pair.put(`/skydns/local/skydns/many/${n}`, `{"host":"10.0.0.${n}"}`);
    const next = createHostilePackets({
      seed,
      names: ['web.skydns.local', 'many.skydns.local', 'none.skydns.local', 'skydns.local', 'example.org'],
      kinds: ['mutated', 'codes', 'cut', 'names', 'pointers', 'counts', 'response', 'random'],
    });
    const wrong: string[] = [];
    let fast = 0;
    let unreadable = 0;
    for (let n = 0; n < 20_000; n++) {
      const { bytes } = next();
      const reply = pair.fast(bytes, transport);
      if (reply === undefined) continue;
      fast++;
      if (!decodeRequest(bytes).ok) {
        unreadable++;
        const isSame = pair.slow(bytes, transport)?.equals(reply) === true;
        if (!isSame) wrong.push(`seed ${seed}, packet ${n}: ${bytes.toString('hex')}`);
        continue;
      }
      const fits = reply.length <= (transport === 'tcp' ? 65_535 : 1_232);
      const said = withoutRecords(reply);
      if (!fits || !isDeepStrictEqual(said, withoutRecords(pair.slow(bytes, transport)))) {
        wrong.push(`seed ${seed}, packet ${n}: ${bytes.toString('hex')}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(fast - unreadable).toBeGreaterThan(500);
    expect(unreadable).toBeGreaterThan(5_000);
  });

  it('count down with leases, each on its own', async () => {
    const pair = createPreparedPair(configureServer([]));
    for (const [lease, seconds] of [
      ['1', 20.3],
      ['2', 31.7],
      ['3', undefined],
    ] as const) {
      const endsMs = seconds === undefined ? undefined : pair.clock.monotonicMs() + seconds * 1_000;
      pair.leases.set(lease, { version: 0, endsMs });
      pair.put(`/skydns/local/skydns/web/${lease}`, `{"host":"10.0.0.${lease}","port":1,"ttl":25}`, lease);
    }
    pair.put('/skydns/local/skydns/web/4', '{"host":"10.0.0.4","port":1}');
    const shown = new Set<string>();
    for (let quarter = 0; quarter < 150; quarter++) {
      if (quarter === 60) Object.assign(pair.leases.get('1') ?? {}, { version: 1, endsMs: 40_000 });
      for (const recordType of ['A', 'SRV']) {
        const name = 'web.skydns.local';
        compare(pair, { ...plainAsk, name, recordType });
        const reply = pair.fast(encodeDnsQuery({ name, type: recordType }), 'udp');
        if (reply !== undefined) shown.add(`${recordType} ${decodeDnsReply(reply).additionals.join()}`);
      }
      await pair.clock.advance(250);
    }
    // The TTLs of the addresses beside SRV change about once a second each.
    expect(shown.size).toBeGreaterThan(40);
  });

  it('take no more memory whatever is asked', () => {
    const pair = createPreparedPair(configureServer(['-matching=subtree']), { sets: 8, ringOctets: 4_096 });
    for (let n = 0; n < 300; n++) pair.put(`/skydns/local/skydns/s${n}/1`, `{"host":"10.0.0.1","text":"${n}"}`);
    const wrong: string[] = [];
    for (let n = 0; n < 3_000; n++) {
      const name = n % 3 === 0 ? `r${n}.skydns.local` : `s${n % 300}.skydns.local`;
      const type = n % 2 === 0 ? 'TXT' : `UNKNOWN_${n}`;
      const query = encodeDnsQuery({ name, type, edns: { udpPayloadSize: 512 + (n % 700) } });
      for (const transport of ['udp', 'tcp'] as const) {
        const reply = pair.fast(query, transport);
        const isRight = isDeepStrictEqual(meaningOf(reply), reply && meaningOf(pair.slow(query, transport)));
        if (!isRight) wrong.push(`${name} ${type}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(pair.store.size).toBeLessThanOrEqual(32);
    expect(pair.store.ring.size).toBeLessThanOrEqual(4_096);
    expect(pair.store.ring.memory.length).toBe(4_096);
  });
});

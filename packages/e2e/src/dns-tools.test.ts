import { type EtcdServer, startEtcd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchDnsServer } from './dns-probe.ts';
import { askWith, type DnsTool, type PrintedReply, parseToolOutput } from './dns-tools.ts';
import { putKey } from './write-store.ts';

/** Not below `local`: dig warns of every name there, as one for multicast DNS. */
const ZONE = 'example.test';

const RECORDS: Readonly<Record<string, unknown>> = {
  'web/1': { host: '10.0.0.1', port: 80, text: 'say "hi" \\ back' },
  'web/2': { host: '2001:db8::2', port: 81 },
  post: { host: `web.${ZONE}`, mail: true, priority: 5 },
  alias: { host: `web.${ZONE}` },
  '_tcp/_shop/Shop 2.0 über': { host: '10.0.0.3', port: 82, text: 'region=us "note=a b"' },
};

/** More than a datagram holds, with EDNS too. */
const MANY = 120;

const SOA = `${ZONE}. 60 IN SOA ns.dns.${ZONE}. hostmaster.${ZONE}. <hour> 28800 7200 604800 60`;
const SHOP = String.raw`Shop\0322\.0\032\195\188ber._shop._tcp.${ZONE}.`;

const GLUE = [`1.web.${ZONE}. 3600 IN A 10.0.0.1`, `2.web.${ZONE}. 3600 IN AAAA 2001:db8::2`];
const SHOP_SRV = `${SHOP} 3600 IN SRV 10 100 82 ${SHOP}`;
const SHOP_TXT = `${SHOP} 3600 IN TXT "region=us" "note=a b"`;
const SHOP_A = `${SHOP} 3600 IN A 10.0.0.3`;

type Sections = Omit<PrintedReply, 'flags' | 'options'>;
type Expected = Partial<Sections>;

const QUESTIONS: readonly (readonly [name: string, type: string, expected: Expected])[] = [
  [`web.${ZONE}`, 'A', { answers: [`web.${ZONE}. 3600 IN A 10.0.0.1`] }],
  [`WEB.${ZONE}`, 'AAAA', { answers: [`WEB.${ZONE}. 3600 IN AAAA 2001:db8::2`] }],
  [
    `web.${ZONE}`,
    'SRV',
    {
      answers: [`web.${ZONE}. 3600 IN SRV 10 50 80 1.web.${ZONE}.`, `web.${ZONE}. 3600 IN SRV 10 50 81 2.web.${ZONE}.`],
      additionals: GLUE,
    },
  ],
  [`web.${ZONE}`, 'TXT', { answers: [String.raw`web.${ZONE}. 3600 IN TXT "say \"hi\" \\ back"`] }],
  [`alias.${ZONE}`, 'A', { answers: [`alias.${ZONE}. 3600 IN CNAME web.${ZONE}.`, `web.${ZONE}. 3600 IN A 10.0.0.1`] }],
  [`alias.${ZONE}`, 'CNAME', { answers: [`alias.${ZONE}. 3600 IN CNAME web.${ZONE}.`] }],
  [
    ZONE,
    'NS',
    { answers: [`${ZONE}. 3600 IN NS ns.dns.${ZONE}.`], additionals: [`ns.dns.${ZONE}. 3600 IN A 127.0.0.1`] },
  ],
  [ZONE, 'SOA', { answers: [SOA.replace(' 60 IN', ' 3600 IN')] }],
  [
    `_shop._tcp.${ZONE}`,
    'PTR',
    { answers: [`_shop._tcp.${ZONE}. 3600 IN PTR ${SHOP}`], additionals: [SHOP_SRV, SHOP_TXT, SHOP_A] },
  ],
  [SHOP, 'SRV', { answers: [SHOP_SRV], additionals: [SHOP_A] }],
  [SHOP, 'TXT', { answers: [SHOP_TXT] }],
  [
    `post.${ZONE}`,
    'MX',
    {
      answers: [`post.${ZONE}. 3600 IN MX 5 web.${ZONE}.`],
      additionals: [`web.${ZONE}. 3600 IN A 10.0.0.1`, `web.${ZONE}. 3600 IN AAAA 2001:db8::2`],
    },
  ],
  [`*.web.${ZONE}`, 'A', { answers: [`*.web.${ZONE}. 3600 IN A 10.0.0.1`] }],
  [`web.${ZONE}`, 'LOC', { authorities: [SOA] }],
  [`web.${ZONE}`, 'TYPE65280', { authorities: [SOA] }],
  [`no.${ZONE}`, 'A', { rcode: 'NXDOMAIN', authorities: [SOA] }],
];

/** What changes how a question is put, and nothing about what is answered. */
const WAYS: readonly { readonly tool: DnsTool; readonly options: string }[] = [
  { tool: 'dig', options: '+noedns' },
  { tool: 'dig', options: '+bufsize=512' },
  { tool: 'dig', options: '+bufsize=4096 +nocookie' },
  { tool: 'dig', options: '+cookie' },
  { tool: 'dig', options: '+dnssec +cdflag +adflag' },
  { tool: 'dig', options: '+nsid +expire +keepalive +padding=128 +subnet=192.0.2.0/24 +ednsopt=65001:aabb' },
  { tool: 'dig', options: '+tcp' },
  { tool: 'dig', options: '+tcp +keepopen +keepalive' },
  { tool: 'kdig', options: '+noedns' },
  { tool: 'kdig', options: '+edns +bufsize=512' },
  { tool: 'kdig', options: '+bufsize=4096 +cookie +dnssec' },
  { tool: 'kdig', options: '+nsid +padding=128 +subnet=192.0.2.0/24 +ednsopt=65001:aabb' },
  { tool: 'kdig', options: '+tcp' },
  { tool: 'kdig', options: '+tcp +keepopen +edns' },
];

const NOTHING = { rcode: 'NOERROR', answers: [], authorities: [], additionals: [] };

/** A reply without the serial number of SOA records, and for kdig, which asks in lower case, without case. */
function comparableFor(tool: DnsTool): (reply: Sections) => Sections {
  const comparable = (line: string): string => {
    const timeless = line.replace(/( IN SOA \S+ \S+) \d+/, '$1 <hour>');
    return tool === 'kdig' ? timeless.toLowerCase() : timeless;
  };
  return ({ rcode, answers, authorities, additionals }) => ({
    rcode,
    answers: answers.map(comparable),
    authorities: authorities.map(comparable),
    additionals: additionals.map(comparable),
  });
}

describe('dns-server, asked by dig and kdig', () => {
  const cleanup = new AsyncDisposableStack();
  let etcd: EtcdServer;
  let port: number;

  beforeAll(async () => {
    etcd = await startEtcd();
    cleanup.defer(() => etcd.stop());
    const path = `/skydns/${ZONE.split('.').toReversed().join('/')}`;
    const many = Array.from({ length: MANY }, (_, n) => [`many/${n}`, { host: `10.1.0.${n}` }] as const);
    for (const [key, record] of [...Object.entries(RECORDS), ...many])
      await putKey(etcd, `${path}/${key}`, JSON.stringify(record));
    const server = await launchDnsServer(cleanup, etcd, {
      domain: ZONE,
      args: ['-no-rec', '-round-robin=false', '-nsid', 'node-1'],
    });
    port = server.port;
    await server.agent.ready();
  });

  afterAll(() => cleanup.disposeAsync());

  it.each(WAYS)('$tool $options: every kind of answer, and nothing to warn of', async ({ tool, options }) => {
    const questions = QUESTIONS.flatMap(([name, type]) => ['-q', name, '-t', type]);
    const { replies, remarks } = await askWith(tool, port, ['+norecurse', ...options.split(' '), ...questions]);
    expect(remarks).toEqual([]);
    const comparable = comparableFor(tool);
    expect(replies.map(comparable)).toEqual(QUESTIONS.map(([, , expected]) => comparable({ ...NOTHING, ...expected })));
    expect(replies.every(({ flags }) => flags.includes('aa') && !flags.includes('tc'))).toBe(true);
  });

  it.each(['dig', 'kdig'] as const)('%s asks again over TCP when it was told to', async (tool) => {
    for (const options of [['+noedns'], ['+bufsize=4096']]) {
      const { replies, remarks } = await askWith(tool, port, ['+norecurse', ...options, `many.${ZONE}`, 'A']);
      expect(replies.map(({ answers, flags }) => [answers.length, flags])).toEqual([[MANY, ['qr', 'aa']]]);
      expect(remarks).toEqual([expect.stringMatching(/truncated/i)]);
      const cut = await askWith(tool, port, ['+norecurse', '+ignore', ...options, `many.${ZONE}`, 'A']);
      expect(cut.remarks).toEqual([]);
      expect(cut.replies[0]?.flags).toEqual(['qr', 'aa', 'tc']);
    }
  });

  it('dig falls back to the version of EDNS that there is', async () => {
    const question = ['+norecurse', '+edns=1', `web.${ZONE}`, 'A'];
    const refused = await askWith('dig', port, ['+noednsneg', ...question]);
    expect(refused).toEqual({ replies: [expect.objectContaining({ rcode: 'BADVERS', answers: [] })], remarks: [] });
    const { replies, remarks } = await askWith('dig', port, question);
    expect(replies.at(-1)).toMatchObject({ rcode: 'NOERROR', answers: [`web.${ZONE}. 3600 IN A 10.0.0.1`] });
    expect(remarks).toEqual([expect.stringMatching(/BADVERS, retrying with EDNS version 0/)]);
  });

  it('dig finds the cookie good that it is given, and is known by it afterwards', async () => {
    const question = [`web.${ZONE}`, 'A', '+norecurse'];
    const first = await askWith('dig', port, ['+cookie', ...question]);
    const [, cookie = ''] = /^COOKIE: ([0-9a-f]{48}) \(good\)$/.exec(first.replies[0]?.options.at(-1) ?? '') ?? [];
    expect(cookie).not.toBe('');
    const second = await askWith('dig', port, [`+cookie=${cookie}`, ...question]);
    expect(second.remarks).toEqual([]);
    expect(second.replies[0]?.options.at(-1)).toBe(`COOKIE: ${cookie} (good)`);
  });

  it('both are told who answers, and how long a connection may be idle', async () => {
    const { replies } = await askWith('dig', port, ['+tcp', '+keepalive', '+nsid', '+norecurse', `web.${ZONE}`]);
    expect(replies[0]?.options).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^NSID: .*"node-1"/),
        expect.stringMatching(/^TCP KEEPALIVE: 10\.0 secs/i),
      ]),
    );
    const other = await askWith('kdig', port, ['+nsid', `web.${ZONE}`]);
    expect(other.replies[0]?.options).toContainEqual(expect.stringMatching(/^NSID: .*"node-1"/));
  });

  it.each(['dig', 'kdig'] as const)('%s reads what the server says about itself', async (tool) => {
    const names = ['version.bind', 'version.server', 'hostname.bind', 'id.server', 'authors.bind'];
    const questions = names.flatMap((name) => ['-q', name, '-t', 'TXT', '-c', 'CH']);
    const { replies, remarks } = await askWith(tool, port, ['+norecurse', ...questions]);
    expect(remarks).toEqual([]);
    expect(replies.map(({ answers }) => answers)).toEqual(
      names.map((name) => [expect.stringMatching(new RegExp(`^${name}\\. 0 CH TXT ".+"$`))]),
    );
  });

  it.each([
    ['another class', [`web.${ZONE}`, 'A', 'HS'], 'NOTIMP'],
    ['another opcode', ['+opcode=5', `web.${ZONE}`, 'A'], 'NOTIMP'],
    ['a name outside', ['example.org', 'A'], 'REFUSED'],
  ])('dig reads the refusal of %s', async (_what, question, rcode) => {
    const { replies, remarks } = await askWith('dig', port, ['+norecurse', ...question]);
    expect(replies.map((reply) => reply.rcode)).toEqual([rcode]);
    expect(remarks).toEqual([]);
  });
});

describe('parseToolOutput', () => {
  it('tells what a tool finds odd from its other comments', () => {
    const odd = [
      ';; Warning: Message parser reports malformed message packet.',
      ';; WARNING: recursion requested but not available',
      ';; Got bad packet: bad label type',
      ';; Question section mismatch: got a/A/IN',
      ';; ERROR: failed to query server',
      '; COOKIE: 8fb007d1fb6084d9 (bad)',
    ];
    const plain = [';; Got answer:', '; <<>> DiG 9.18 <<>> example.test', ';; MSG SIZE  rcvd: 45'];
    expect(parseToolOutput([...plain, ...odd].join('\n'))).toEqual({ replies: [], remarks: odd });
  });
});

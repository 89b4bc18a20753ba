import { systemClock } from '@wharf/agent';
import { decodeMessage, encodeMessage, type Message, type QuestionType, type ResourceRecord } from '@wharf/dns-wire';
import { createMemoryKeyStore, NO_LEASE } from '@wharf/etcd-client';
import { encodeDnsQuery, exchangeDns } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from './testing/start-server.ts';

const DOMAIN = ['example', 'org'];
const HTTP = ['_http', '_tcp', ...DOMAIN];
const SPOKEN = 'Dr. Møller’s shop, 2nd floor';

const records: Readonly<Record<string, object>> = {
  [`_tcp/_http/${SPOKEN}`]: { host: '10.0.0.1', port: 80, text: 'Path=/a "note=two words" flag path=/b' },
  '_tcp/_http/plain': { host: 'web.example.org', port: 81 },
  '_tcp/_http/_sub/_printer/plain': { host: 'web.example.org', port: 81 },
  '_udp/_dns/ns': { host: '10.0.0.3', port: 53 },
  'web/4': { host: '10.0.0.2' },
  'web/6': { host: '2001:db8::2' },
};

let server: TestServer;

beforeAll(async () => {
  const store = createMemoryKeyStore({ clock: systemClock });
  server = await startTestServer(store, ['-no-rec', '-round-robin=false', '-domain=example.org']);
  const operations = Object.entries(records).map(
    ([path, record]) =>
      ({ type: 'put', key: `/skydns/org/example/${path}`, value: JSON.stringify(record), lease: NO_LEASE }) as const,
  );
  await server.reached((await store.transact({ guards: [], operations })).revision);
});

afterAll(() => server.agent.stop());

/** Asks for a name by its labels, which may hold dots. */
async function ask(name: readonly string[], type: QuestionType): Promise<Message & { readonly bytes: Buffer }> {
  const template = decodeMessage(encodeDnsQuery({ name: 'x', type: 'A' }));
  if (!template.ok) throw new Error(template.error.message);
  const query = encodeMessage({ ...template.value, questions: [{ name, type, class: 'IN' }] });
  if (!query.ok) throw new Error(query.error.message);
  const bytes = await exchangeDns({ port: server.port, transport: 'tcp' }, query.value);
  const reply = decodeMessage(bytes);
  if (!reply.ok) throw new Error(reply.error.message);
  return { ...reply.value, bytes };
}

const targets = (found: readonly ResourceRecord[]) =>
  found.flatMap((record) => (record.type === 'PTR' ? [record.target] : []));
const kinds = (found: readonly ResourceRecord[]) => found.map(({ type, name }) => [type, name[0]]);

describe('RFC 6763, over a running server', () => {
  it('4.1: PTR at a service is its instances', async () => {
    const { answers } = await ask(HTTP, 'PTR');
    expect(targets(answers)).toEqual([
      [SPOKEN, ...HTTP],
      ['plain', ...HTTP],
    ]);
  });

  it('4.1.1: what people call an instance is one label, in UTF-8, with its blanks and dots', async () => {
    const { bytes } = await ask(HTTP, 'PTR');
    const octets = Buffer.from(SPOKEN);
    expect(bytes.includes(Buffer.concat([Buffer.of(octets.length), octets]))).toBe(true);
  });

  it('5: each instance that is found has SRV and TXT', async () => {
    for (const instance of targets((await ask(HTTP, 'PTR')).answers)) {
      expect((await ask(instance, 'SRV')).answers).toMatchObject([{ type: 'SRV', name: instance }]);
      expect((await ask(instance, 'TXT')).answers).toMatchObject([{ type: 'TXT', name: instance }]);
    }
  });

  it('6.1: an instance of which nothing is said has one empty string, not none', async () => {
    const { answers, bytes } = await ask(['plain', ...HTTP], 'TXT');
    expect(answers).toMatchObject([{ strings: [''] }]);
    expect(bytes.toString('hex').endsWith('000100')).toBe(true);
  });

  it('6.3: each pair is a string of its own, 6.4: its key as it was written, and twice in its order', async () => {
    const { answers } = await ask([SPOKEN, ...HTTP], 'TXT');
    expect(answers).toMatchObject([{ strings: ['Path=/a', 'note=two words', 'flag', 'path=/b'] }]);
  });

  it('7.1: a subtype is some of the instances of its service, under the names that they have there', async () => {
    const { answers } = await ask(['_printer', '_sub', ...HTTP], 'PTR');
    expect(targets(answers)).toEqual([['plain', ...HTTP]]);
  });

  it('9: the types of services there are, without subtypes', async () => {
    const { answers } = await ask(['_services', '_dns-sd', '_udp', ...DOMAIN], 'PTR');
    expect(targets(answers)).toEqual([HTTP, ['_dns', '_udp', ...DOMAIN]]);
  });

  it('11: the domain is where to browse', async () => {
    for (const label of ['b', 'db', 'lb']) {
      expect(targets((await ask([label, '_dns-sd', '_udp', ...DOMAIN], 'PTR')).answers)).toEqual([DOMAIN]);
    }
  });

  it('12.1: with PTR come SRV, TXT and all addresses of the instances', async () => {
    expect(kinds((await ask(HTTP, 'PTR')).additionals)).toEqual([
      ['SRV', SPOKEN],
      ['TXT', SPOKEN],
      ['A', SPOKEN],
      ['SRV', 'plain'],
      ['TXT', 'plain'],
      ['A', 'web'],
      ['AAAA', 'web'],
    ]);
  });

  it('12.2: with SRV come all addresses of its target, 12.3: with TXT nothing', async () => {
    expect(kinds((await ask(['plain', ...HTTP], 'SRV')).additionals)).toEqual([
      ['A', 'web'],
      ['AAAA', 'web'],
    ]);
    expect((await ask(['plain', ...HTTP], 'TXT')).additionals).toEqual([]);
  });
});

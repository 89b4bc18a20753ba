import { createSocket, Socket } from 'node:dgram';
import { once } from 'node:events';
import { createManualClock, type HostPort, systemClock } from '@wharf/agent';
import { type Question, Rcode, renderRecordText } from '@wharf/dns-wire';
import { eventually, freePort } from '@wharf/testkit';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  changed,
  packetOf,
  reply,
  type Script,
  type ScriptedNameServer,
  silence,
  startScriptedNameServer,
} from '../testing/scripted-name-server.ts';
import type { ExchangeOutcome } from '../upstream/exchange.ts';
import type { IgnoredReason } from '../upstream/read-answer.ts';
import { type QueryOptions, upstreamQuery } from '../upstream/upstream-query.ts';
import { createSocketExchange } from './upstream-exchange.ts';

const QUESTION: Question = { name: ['www', 'example', 'org'], type: 'A', class: 'IN' };
const RIGHT = 'www.example.org. 60 IN A 192.0.2.1';
const FORGED = 'www.example.org. 60 IN A 203.0.113.66';

const running: ScriptedNameServer[] = [];
const start = async (udp: Script, tcp?: Script): Promise<ScriptedNameServer> => {
  const server = await startScriptedNameServer(udp, tcp);
  running.push(server);
  return server;
};
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

const setUp = (clock = systemClock, more: { readonly randomId?: () => number } = {}) => {
  const ignored: IgnoredReason[] = [];
  const exchange = createSocketExchange({ clock, onIgnored: (why) => ignored.push(why), ...more });
  const stopping = new AbortController();
  const ask = (server: HostPort, options: QueryOptions = {}, question = QUESTION): Promise<ExchangeOutcome> =>
    exchange({ server, question, options, timeoutMs: 2_000, signal: stopping.signal });
  return { ask, ignored, stop: () => stopping.abort() };
};

const texts = (outcome: ExchangeOutcome): readonly string[] => {
  if (!outcome.ok) throw new Error(outcome.error.message);
  return outcome.value.answers.map(renderRecordText);
};

/** First what `wrong` says, then the right answer. */
const after =
  (wrong: Script): Script =>
  async (query) => [...(await wrong(query)), ...(await reply(RIGHT)(query))];

describe('createSocketExchange', () => {
  it('asks with EDNS for 1232 octets, and sets the bits it is told to', async () => {
    const server = await start(reply(RIGHT));
    const { ask } = setUp();
    expect(texts(await ask(server.address))).toEqual([RIGHT]);
    await ask(server.address, { dnssecOk: true, isStub: true });
    expect(server.queries.map(({ query }) => query)).toMatchObject([
      { recursionDesired: true, questions: [QUESTION], edns: { udpSize: 1_232, dnssecOk: false, options: [] } },
      { recursionDesired: true, edns: { dnssecOk: true, options: [{ code: 65_011 }] } },
    ]);
  });

  it('asks each question with another ID from another port (RFC 5452, section 9.2)', async () => {
    const server = await start(reply(RIGHT));
    const { ask } = setUp();
    for (let count = 0; count < 20; count++) await ask(server.address);
    const ids = new Set(server.queries.map(({ query }) => query.id));
    const ports = new Set(server.queries.map(({ clientPort }) => clientPort));
    expect(ids.size).toBeGreaterThan(15);
    expect(ports.size).toBeGreaterThan(15);
    const steps = [...ports].map((port, at, all) => port - (all[at - 1] ?? 0));
    expect(new Set(steps).size).toBeGreaterThan(10);
  });

  it.each<{ what: string; wrong: Script; why: readonly IgnoredReason[] }>([
    { what: 'another ID', wrong: changed(FORGED, (answer) => ({ ...answer, id: answer.id ^ 1 })), why: ['id'] },
    {
      what: 'another name',
      wrong: changed(FORGED, (answer) => ({ ...answer, questions: [{ ...QUESTION, name: ['ww', 'example', 'org'] }] })),
      why: ['question'],
    },
    {
      what: 'another type',
      wrong: changed(FORGED, (answer) => ({ ...answer, questions: [{ ...QUESTION, type: 'AAAA' }] })),
      why: ['question'],
    },
    {
      what: 'another class',
      wrong: changed(FORGED, (answer) => ({ ...answer, questions: [{ ...QUESTION, class: 'CH' }] })),
      why: ['question'],
    },
    { what: 'no question', wrong: changed(FORGED, (answer) => ({ ...answer, questions: [] })), why: ['question'] },
    {
      what: 'two questions',
      wrong: changed(FORGED, (answer) => ({ ...answer, questions: [QUESTION, QUESTION] })),
      why: ['question'],
    },
    { what: 'a query', wrong: changed(FORGED, (answer) => ({ ...answer, response: false })), why: ['query'] },
    { what: 'another operation', wrong: changed(FORGED, (answer) => ({ ...answer, opcode: 4 })), why: ['query'] },
    { what: 'nothing', wrong: () => [Buffer.alloc(0)], why: ['unreadable'] },
    { what: 'half an answer', wrong: (query) => [packetOf(query).subarray(0, 20)], why: ['unreadable'] },
  ])('passes over $what, counts it, and waits on (RFC 5452, section 9.1)', async ({ wrong, why }) => {
    for (const transport of ['udp', 'tcp']) {
      const truncated = changed('', (answer) => ({ ...answer, truncated: true }));
      const server = await (transport === 'udp' ? start(after(wrong)) : start(truncated, after(wrong)));
      const { ask, ignored } = setUp();
      expect(texts(await ask(server.address))).toEqual([RIGHT]);
      expect(ignored).toEqual(why);
    }
  });

  it('hears nobody but the server that was asked (RFC 5452, section 9.1)', async () => {
    const server = await start(async (query) => {
      const [packet] = await reply(FORGED)(query);
      return Buffer.isBuffer(packet) ? [{ packet, isFromElsewhere: true }] : [];
    });
    const clock = createManualClock();
    const { ask } = setUp(clock);
    const outcome = ask(server.address);
    await eventually('the query is there', () => expect(server.queries).toHaveLength(1));
    await clock.advance(2_000);
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'timeout' } });
  });

  it('does not believe what came before the socket was connected to the server', async () => {
    const server = await start(reply(RIGHT));
    const forger = createSocket('udp4');
    const [forged] = await reply(FORGED)(upstreamQuery(7, QUESTION));
    const connect = Reflect.get(Socket.prototype, 'connect');
    vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
      this.bind(0, '127.0.0.1', () => {
        forger.send(Buffer.isBuffer(forged) ? forged : '', this.address().port, '127.0.0.1', () => {
          Reflect.apply(connect, this, args);
        });
      });
    });
    try {
      const { ask, ignored } = setUp(systemClock, { randomId: () => 7 });
      expect(texts(await ask(server.address))).toEqual([RIGHT]);
      expect(ignored).toEqual(['source']);
    } finally {
      vi.restoreAllMocks();
      forger.close();
      await once(forger, 'close');
    }
  });

  it('closes its sockets, whatever comes of them', async () => {
    const truncated = changed('', (answer) => ({ ...answer, truncated: true }));
    const server = await start(truncated, reply(RIGHT));
    const sockets = () =>
      process.getActiveResourcesInfo().filter((kind) => /^(?:UDP|TCPSocket)Wrap$/.test(kind)).length;
    const { ask } = setUp();
    await ask(server.address);
    await ask({ host: '127.0.0.1', port: await freePort() });
    await eventually('only the two of the name server are left', () => expect(sockets()).toBe(2));
  });

  it('takes the question back in any case', async () => {
    const name = ['WWW', 'exAMPLE', 'org'];
    const server = await start(changed(RIGHT, (answer) => ({ ...answer, questions: [{ ...QUESTION, name }] })));
    expect(texts(await setUp().ask(server.address))).toEqual([RIGHT]);
  });

  it('asks over TCP what was truncated over UDP', async () => {
    const many = Array.from({ length: 2_000 }, (_, n) => `www.example.org. 60 IN A 10.0.${n >> 8}.${n & 255}`);
    const server = await start(
      changed('', (answer) => ({ ...answer, truncated: true })),
      reply(many.join('\n')),
    );
    expect(texts(await setUp().ask(server.address))).toEqual(many);
    expect(server.queries.map(({ transport }) => transport)).toEqual(['udp', 'tcp']);
  });

  it.each<{ what: string; tcp: Script; error: object }>([
    {
      what: 'sends no end of other answers',
      tcp: () => Array.from({ length: 4 }, () => Buffer.alloc(60_000)),
      error: { code: 'answer', message: 'sent more than 131074 octets without an answer among them' },
    },
    { what: 'is silent', tcp: silence, error: { code: 'timeout', message: 'did not answer within 2000 ms' } },
  ])('gives up on a server that $what over TCP', async ({ what, tcp, error }) => {
    const clock = createManualClock();
    const server = await start(
      changed('', (answer) => ({ ...answer, truncated: true })),
      tcp,
    );
    const { ask } = setUp(clock);
    const outcome = ask(server.address);
    await eventually('it is asked over TCP', () => expect(server.queries).toHaveLength(2));
    if (what === 'is silent') await clock.advance(2_000);
    expect(await outcome).toEqual({ ok: false, error });
    expect(clock.pending).toBe(0);
  });

  it('says at once that nobody listens', async () => {
    const clock = createManualClock();
    const outcome = await setUp(clock).ask({ host: '127.0.0.1', port: await freePort() });
    expect(outcome).toMatchObject({ ok: false, error: { code: 'network' } });
    expect(clock.pending).toBe(0);
  });

  it.each([
    { host: 'ns.example.org', port: 53 },
    { host: '127.0.0.1', port: 0 },
  ])('does not look up or guess: $host port $port', async (server) => {
    expect(await setUp().ask(server)).toMatchObject({ ok: false, error: { code: 'network' } });
  });

  it.each([
    { rcode: Rcode.FORMERR, questions: [] },
    { rcode: Rcode.NOTIMP, questions: [QUESTION] },
  ])('asks without EDNS a server that answers $rcode to it (RFC 6891, section 6.2.2)', async (error) => {
    const server = await start(async (query) => {
      if (query.edns === undefined) return reply(RIGHT)(query);
      return changed('', ({ edns: _edns, ...answer }) => ({ ...answer, ...error }))(query);
    });
    expect(texts(await setUp().ask(server.address))).toEqual([RIGHT]);
    expect(server.queries.map(({ query }) => query.edns !== undefined)).toEqual([true, false]);
  });

  it('says that a question cannot be asked', async () => {
    const question: Question = { ...QUESTION, name: ['a'.repeat(64), 'org'] };
    const outcome = await setUp().ask({ host: '127.0.0.1', port: 53 }, {}, question);
    expect(outcome).toMatchObject({ ok: false, error: { code: 'question' } });
  });

  it('ends when nobody waits any more', async () => {
    const server = await start(silence);
    const clock = createManualClock();
    const { ask, stop } = setUp(clock);
    const outcome = ask(server.address);
    await eventually('the query is there', () => expect(server.queries).toHaveLength(1));
    stop();
    expect(await outcome).toMatchObject({ ok: false, error: { code: 'aborted' } });
    expect(await ask(server.address)).toMatchObject({ ok: false, error: { code: 'aborted' } });
    expect(clock.pending).toBe(0);
  });
});

import { createManualClock, type HostPort, renderHostPort } from '@wharf/agent';
import { type Message, type Question, Rcode, replyTo } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import { recordsOf } from '../testing/scripted-name-server.ts';
import {
  type AskOptions,
  createUpstream,
  MAX_ASKERS,
  MAX_QUESTIONS_UNDER_WAY,
  serversInTurn,
  type UpstreamOptions,
} from './create-upstream.ts';
import type { Exchange, ExchangeOutcome } from './exchange.ts';
import { SILENCE_MEMORY_MS } from './silent-servers.ts';
import { upstreamQuery } from './upstream-query.ts';

const QUESTION: Question = { name: ['www', 'example', 'org'], type: 'A', class: 'IN' };
const server = (n: number): HostPort => ({ host: `192.0.2.${n}`, port: 53 });
const answer = (more: Partial<Message> = {}, question = QUESTION): ExchangeOutcome => ({
  ok: true,
  value: {
    ...replyTo(upstreamQuery(1, question), { answers: recordsOf('www.example.org. 60 IN A 192.0.2.80') }),
    ...more,
  },
});
const timeout: ExchangeOutcome = { ok: false, error: { code: 'timeout', message: 'did not answer within 2000 ms' } };
const unreachable: ExchangeOutcome = { ok: false, error: { code: 'network', message: 'cannot be reached over UDP' } };
const empty = { answers: [], authorities: recordsOf('example.org. 60 IN NS ns.example.org.') };

/** Servers by the last number of their address, each with what comes of asking it, one after another. */
const setUp = (outcomes: readonly (readonly ExchangeOutcome[])[], options: Partial<UpstreamOptions> = {}) => {
  const left = outcomes.map((own) => [...own]);
  const asked: string[] = [];
  const tries: string[] = [];
  const exchange: Exchange = ({ server }) => {
    asked.push(server.host);
    return Promise.resolve(left[Number(server.host.split('.')[3])]?.shift() ?? timeout);
  };
  const upstream = createUpstream({
    clock: createManualClock(),
    random: () => 0,
    exchange,
    onTry: ({ server, outcome }) => tries.push(`${renderHostPort(server)} ${outcome}`),
    ...options,
  });
  const usual: AskOptions = { servers: outcomes.map((_, n) => server(n)), rotate: false, timeoutMs: 2_000 };
  const ask = (question = QUESTION, more: Partial<AskOptions> = {}) => upstream.ask(question, { ...usual, ...more });
  return { upstream, ask, asked, tries };
};

/** An exchange that ends when it is told to, or by the signal. */
const held = () => {
  const ends: ((outcome: ExchangeOutcome) => void)[] = [];
  const exchange: Exchange = ({ signal }) =>
    new Promise((resolve) => {
      ends.push(resolve);
      signal.addEventListener('abort', () => resolve({ ok: false, error: { code: 'aborted', message: 'was left' } }));
    });
  return { ends, exchange };
};

describe('createUpstream', () => {
  it.each<{ what: string; first: ExchangeOutcome }>([
    { what: 'is silent', first: timeout },
    { what: 'cannot be reached', first: unreachable },
    { what: 'answers SERVFAIL', first: answer({ rcode: Rcode.SERVFAIL }) },
    { what: 'answers REFUSED', first: answer({ rcode: Rcode.REFUSED }) },
    { what: 'answers what nobody knows', first: answer({ rcode: 3_841 }) },
    { what: 'truncates over TCP', first: answer({ truncated: true }) },
    { what: 'only knows who to ask', first: answer(empty) },
  ])('asks the next server when one $what', async ({ first }) => {
    const { ask, asked } = setUp([[first], [answer()]]);
    expect(await ask()).toEqual(answer());
    expect(asked).toEqual(['192.0.2.0', '192.0.2.1']);
  });

  it.each([Rcode.NXDOMAIN, Rcode.NOERROR])('takes response code %s for an answer', async (rcode) => {
    const { ask, tries } = setUp([[answer({ rcode, answers: [] })], []]);
    expect(await ask()).toMatchObject({ ok: true, value: { rcode, answers: [] } });
    expect(tries).toEqual(['192.0.2.0:53 answered']);
  });

  it.each([
    { servers: 0, tries: [], code: 'no-servers', extended: 22 },
    { servers: 1, tries: [0, 0], code: 'unanswered', extended: 22 },
    { servers: 2, tries: [0, 1, 0], code: 'unanswered', extended: 22 },
    { servers: 3, tries: [0, 1, 2, 0], code: 'unanswered', extended: 22 },
    { servers: 5, tries: [0, 1, 2, 3], code: 'unanswered', extended: 22 },
  ])('asks $servers servers in the order $tries, and fails', async ({ servers, tries, code, extended }) => {
    const { ask, asked } = setUp(Array.from({ length: servers }, () => []));
    expect(await ask()).toMatchObject({
      ok: false,
      error: { code, extendedError: { code: extended } },
    });
    expect(asked).toEqual(tries.map((n) => `192.0.2.${n}`));
  });

  it.each([
    { first: timeout, code: 'unanswered', extendedError: { code: 22, text: 'no name server gave an answer' } },
    { first: unreachable, code: 'network', extendedError: { code: 23, text: 'no name server can be reached' } },
  ])(
    'says who was asked last and what came of it to the log, and to clients whether any is there: $code',
    async ({ first, code, extendedError }) => {
      const { ask, tries } = setUp([[first, unreachable]]);
      const message = 'the name server 192.0.2.0:53 cannot be reached over UDP';
      expect(await ask()).toEqual({ ok: false, error: { code, message, extendedError } });
      expect(tries).toEqual([expect.stringMatching(/ (timeout|network)$/), '192.0.2.0:53 network']);
    },
  );

  it('does not ask on about a question that cannot be written', async () => {
    const { ask, asked } = setUp([[{ ok: false, error: { code: 'question', message: 'too long' } }], []]);
    expect(await ask()).toMatchObject({ error: { code: 'question', message: 'too long' } });
    expect(asked).toHaveLength(1);
  });

  it('begins with the server that chance says when it rotates', async () => {
    const { ask, asked } = setUp([[], [], [answer()]], { random: () => 0.99 });
    await ask(QUESTION, { rotate: true });
    expect(asked).toEqual(['192.0.2.2']);
  });

  it.each([
    { what: 'silent', first: timeout },
    { what: 'unreachable', first: unreachable },
  ])('asks others before a server that was $what, for 10 s, whatever is asked', async ({ first }) => {
    const clock = createManualClock();
    const { ask, asked } = setUp([[first, answer(), answer()], Array.from({ length: 3 }, () => answer())], { clock });
    await ask();
    await ask(QUESTION, { isStub: true });
    await clock.advance(SILENCE_MEMORY_MS - 1);
    await ask();
    expect(asked.splice(0).map((host) => host.at(-1))).toEqual(['0', '1', '1', '1']);
    await clock.advance(1);
    await ask();
    await ask();
    expect(asked.map((host) => host.at(-1))).toEqual(['0', '0']);
  });

  it('asks silent servers in their turn when there are no others, and one that answers first from then on', async () => {
    const { ask, asked } = setUp([[], [timeout, timeout, answer(), answer()], []]);
    await ask();
    expect(await ask()).toMatchObject({ ok: false });
    expect(await ask()).toMatchObject({ ok: true });
    expect(await ask()).toMatchObject({ ok: true });
    expect(asked.map((host) => host.at(-1)).join('')).toBe('01200120011');
  });

  it('asks the servers that it is told to', async () => {
    const { ask, asked } = setUp([[], [answer()]]);
    expect(await ask(QUESTION, { servers: [server(1)], isStub: true })).toMatchObject({ ok: true });
    expect(asked).toEqual(['192.0.2.1']);
  });

  it('leaves out what was not asked for', async () => {
    const records = 'www.example.org. 60 IN A 192.0.2.80\nbank.example. 60 IN A 203.0.113.66';
    const { ask } = setUp([[answer({ answers: recordsOf(records) })]]);
    expect(await ask()).toEqual(answer());
  });

  it('asks once for all who ask the same while that is under way', async () => {
    const { ends, exchange } = held();
    const { upstream, ask } = setUp([[]], { exchange });
    const name = ['WWW', 'Example', 'org'];
    const same = [ask(), ask({ ...QUESTION, name }), ask(QUESTION, { dnssecOk: false, isStub: false })];
    const others = [
      ask({ ...QUESTION, type: 'AAAA' }),
      ask(QUESTION, { dnssecOk: true }),
      ask(QUESTION, { isStub: true }),
      ask(QUESTION, { servers: [server(9)] }),
      ask({ ...QUESTION, name: ['www.example', 'org'] }),
    ];
    expect(upstream.underWay).toBe(6);
    expect(ends).toHaveLength(6);
    for (const end of ends) end(answer());
    await Promise.all(others);
    const [first, inOtherCase, last] = await Promise.all(same);
    expect([first, last]).toEqual([answer(), answer()]);
    expect(inOtherCase).toMatchObject({ ok: true, value: { questions: [{ name }], answers: [{ name }] } });
    expect(upstream.underWay).toBe(0);
    const again = ask();
    expect(ends).toHaveLength(7);
    ends[6]?.(answer());
    await again;
  });

  it('fails what is beyond its limits at once, and takes questions again afterwards', async () => {
    const { ends, exchange } = held();
    const { upstream, ask: askAbout } = setUp([[]], { exchange });
    const ask = (n: number) => askAbout({ ...QUESTION, name: [String(n), 'example', 'org'] });
    const first = Array.from({ length: MAX_QUESTIONS_UNDER_WAY }, (_, n) => ask(n));
    expect(await ask(-1)).toMatchObject({ error: { code: 'overloaded', extendedError: { code: 0 } } });
    const shared = Array.from({ length: MAX_ASKERS - MAX_QUESTIONS_UNDER_WAY }, () => ask(0));
    expect(await ask(0)).toMatchObject({ error: { code: 'overloaded' } });
    for (const end of ends) end(answer());
    await Promise.all([...first, ...shared]);
    const later = ask(-1);
    expect(upstream.underWay).toBe(1);
    ends.at(-1)?.(answer());
    expect(await later).toMatchObject({ ok: true });
  });

  it('ends what is under way when it is closed', async () => {
    const { exchange } = held();
    const { upstream, ask } = setUp([[], []], { exchange });
    const waiting = ask();
    upstream.close();
    expect(await waiting).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(await ask()).toMatchObject({ ok: false, error: { code: 'closed' } });
    expect(upstream.underWay).toBe(0);
  });
});

describe('serversInTurn', () => {
  it.each([
    { turn: 0, silent: '', order: 'abca' },
    { turn: 0.34, silent: '', order: 'bcab' },
    { turn: 0.999, silent: '', order: 'cabc' },
    { turn: 0, silent: 'a', order: 'bcab' },
    { turn: 0, silent: 'ab', order: 'cabc' },
    { turn: 0.34, silent: 'bc', order: 'abca' },
    { turn: 0.34, silent: 'abc', order: 'bcab' },
  ])('begins at $turn of the way, with "$silent" last: $order', ({ turn, silent, order }) => {
    expect(serversInTurn(['a', 'b', 'c'], turn, (server) => silent.includes(server)).join('')).toBe(order);
  });
});

import { createManualClock, type ManualClock } from '@wharf/agent';
import { type Question, Rcode, renderRecordText, replyTo } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import type { Need, OutsideAnswer } from '../answer/outside-lookup.ts';
import { nameIdentity } from '../records/names.ts';
import { recordsOf } from '../testing/scripted-name-server.ts';
import { type Asker, createForwarder, type ForwarderConfig } from './create-forwarder.ts';
import type { Exchange, ExchangeOutcome } from './exchange.ts';
import { FAILURE_MEMORY_MS } from './failure-memory.ts';
import type { StubZones } from './stub-zones.ts';
import { upstreamQuery } from './upstream-query.ts';

const WWW: Question = { name: ['www', 'example', 'org'], type: 'A', class: 'IN' };
const SERVER = { host: '192.0.2.1', port: 53 };
const CONFIG: ForwarderConfig = {
  nameservers: [SERVER],
  noRec: false,
  ndots: 2,
  rotate: false,
  timeoutMs: 2_000,
  cacheEntries: 10,
  cacheSeconds: 60,
  stubZones: true,
  clients: 'local',
};
const CLIENT: Asker = { isLocal: () => true, recursionDesired: true, dnssecOk: false, cameFromStub: false };
const STRANGER: Asker = { ...CLIENT, isLocal: () => false };

const answer = (question: Question, ttl = 300): ExchangeOutcome => ({
  ok: true,
  value: replyTo(upstreamQuery(1, question), {
    answers: recordsOf(`${question.name.join('.')}. ${ttl} IN A 10.0.0.1`),
  }),
});
const timeout: ExchangeOutcome = { ok: false, error: { code: 'timeout', message: 'did not answer' } };

/** A forwarder whose servers say what `exchange` says, and every question that they were asked. */
const setUp = (given: Exchange, config: Partial<ForwarderConfig> = {}) => {
  const clock: ManualClock = createManualClock();
  const asked: { readonly server: string; readonly question: Question }[] = [];
  const outcomes: string[] = [];
  let stubZones: StubZones = new Map();
  /** How many answers are kept, as was told last. */
  let kept = 0;
  const forwarder = createForwarder({
    config: { ...CONFIG, ...config },
    stubZones: () => stubZones,
    clock,
    random: () => 0,
    exchange(one) {
      asked.push({ server: one.server.host, question: one.question });
      return given(one);
    },
    onOutcome: (outcome) => outcomes.push(outcome),
    onChange: () => (kept = forwarder.cache.entries),
    onTry: () => undefined,
  });
  /** What a lookup of one question comes to. */
  const look = (question = WWW, need: Need = 'needed', asker = CLIENT): OutsideAnswer | Promise<OutsideAnswer> =>
    forwarder.complete(asker, (lookup) => lookup(question, need));
  const records = async (question = WWW): Promise<readonly string[]> => {
    const found = await look(question);
    return found.outcome === 'answered' ? found.message.answers.map(renderRecordText) : [found.outcome];
  };
  const setStubZones = (zones: StubZones): void => void (stubZones = zones);
  return { clock, forwarder, asked, outcomes, look, records, setStubZones, kept: () => kept };
};

const always: Exchange = ({ question }) => Promise.resolve(answer(question));

describe('createForwarder', () => {
  it('counts kept answers down, as long as -rcache-ttl says at most', async () => {
    const { clock, asked, records } = setUp(always);
    expect(await records()).toEqual(['www.example.org. 300 IN A 10.0.0.1']);
    await clock.advance(59_000);
    expect(await records()).toEqual(['www.example.org. 241 IN A 10.0.0.1']);
    expect(asked).toHaveLength(1);
    await clock.advance(1_000);
    expect(await records()).toEqual(['www.example.org. 300 IN A 10.0.0.1']);
    expect(asked).toHaveLength(2);
  });

  it('says at once what is known or not allowed, and later what must be asked', async () => {
    const { look, outcomes } = setUp(always);
    expect(look(WWW, 'needed', STRANGER)).toMatchObject({ outcome: 'refused', rcode: Rcode.REFUSED });
    expect(look()).toBeInstanceOf(Promise);
    await look();
    expect(look()).toMatchObject({ outcome: 'answered' });
    expect(look(WWW, 'needed', STRANGER)).toMatchObject({ outcome: 'refused' });
    expect(outcomes).toEqual(['refused', 'answered', 'answered', 'cached', 'refused']);
  });

  it('remembers for a while that there was no answer', async () => {
    const { clock, asked, look } = setUp(() => Promise.resolve(timeout));
    const tries = 2;
    expect(await look()).toMatchObject({ outcome: 'failed' });
    expect(asked).toHaveLength(tries);
    expect(look()).toMatchObject({ outcome: 'failed' });
    expect(look(WWW, 'helpful')).toMatchObject({ outcome: 'failed' });
    await clock.advance(FAILURE_MEMORY_MS - 1);
    expect(look()).toMatchObject({ outcome: 'failed' });
    await clock.advance(1);
    expect(await look()).toMatchObject({ outcome: 'failed' });
    expect(asked).toHaveLength(2 * tries);
  });

  it('waits one time-out for what is only helpful, and keeps what comes after that', async () => {
    const open = Promise.withResolvers<ExchangeOutcome>();
    const { clock, asked, look } = setUp(() => open.promise);
    const helpful = look(WWW, 'helpful');
    const needed = look();
    await clock.advance(2_000);
    expect(await helpful).toMatchObject({ outcome: 'failed' });
    expect(look(WWW, 'helpful')).toMatchObject({ outcome: 'failed' });
    open.resolve(answer(WWW));
    expect(await needed).toMatchObject({ outcome: 'answered' });
    expect(look(WWW, 'helpful')).toMatchObject({ outcome: 'answered' });
    expect(asked).toHaveLength(1);
  });

  it('keeps its answers when it is configured anew, but not those of other servers', async () => {
    const { forwarder, asked, records } = setUp(always);
    await records();
    forwarder.configure({ ...CONFIG, timeoutMs: 100, ndots: 1 });
    await records();
    expect(asked).toHaveLength(1);
    forwarder.configure({ ...CONFIG, nameservers: [{ host: '192.0.2.2', port: 53 }] });
    await records();
    expect(asked.map(({ server }) => server)).toEqual(['192.0.2.1', '192.0.2.2']);
    forwarder.configure({ ...CONFIG, noRec: true });
    expect(await records()).toEqual(['refused']);
  });

  it('does not keep an answer of servers that are others by the time it comes', async () => {
    const open: ((outcome: ExchangeOutcome) => void)[] = [];
    const { forwarder, asked, look } = setUp(() => new Promise((resolve) => open.push(resolve)));
    const first = look();
    forwarder.configure({ ...CONFIG, nameservers: [{ host: '192.0.2.2', port: 53 }] });
    open[0]?.(answer(WWW));
    expect(await first).toMatchObject({ outcome: 'answered' });
    const second = look();
    open[1]?.(answer(WWW));
    await second;
    expect(asked).toHaveLength(2);
  });

  it.each<Need>(['needed', 'helpful'])(
    'does not hold against new servers that old ones were silent: %s',
    async (need) => {
      const open: ((outcome: ExchangeOutcome) => void)[] = [];
      const { clock, forwarder, asked, look } = setUp(() => new Promise((resolve) => open.push(resolve)));
      const first = look(WWW, need);
      forwarder.configure({ ...CONFIG, nameservers: [{ host: '192.0.2.2', port: 53 }] });
      await clock.advance(2_000);
      open[0]?.(timeout);
      await clock.advance(0);
      open[1]?.(timeout);
      expect(await first).toMatchObject({ outcome: 'failed' });
      const second = look(WWW, need);
      open.at(-1)?.(answer(WWW));
      expect(await second).toMatchObject({ outcome: 'answered' });
      expect(asked.at(-1)?.server).toBe('192.0.2.2');
    },
  );

  it('leaves no timer when what is helpful comes in time, and asks once whether the client is nearby', async () => {
    const { clock, forwarder } = setUp(always);
    let looks = 0;
    const asker: Asker = { ...CLIENT, isLocal: () => ++looks > 0 };
    const other: Question = { ...WWW, type: 'AAAA' };
    await forwarder.complete(asker, (lookup) => [WWW, other].map((question) => lookup(question, 'helpful')));
    expect([clock.pending, looks]).toEqual([0, 1]);
  });

  it('counts once what became of a question that was waited for in vain', async () => {
    const open = Promise.withResolvers<ExchangeOutcome>();
    const { clock, outcomes, look } = setUp(() => open.promise);
    const helpful = look(WWW, 'helpful');
    await clock.advance(2_000);
    await helpful;
    open.resolve(answer(WWW));
    await clock.advance(0);
    expect(look(WWW, 'helpful')).toMatchObject({ outcome: 'answered' });
    expect(outcomes).toEqual(['timeout', 'cached']);
  });

  it('tells when answers are forgotten', async () => {
    const { forwarder, kept, records, setStubZones } = setUp(always);
    await records();
    expect(kept()).toBe(1);
    forwarder.configure({ ...CONFIG, nameservers: [] });
    expect(kept()).toBe(0);
    forwarder.configure(CONFIG);
    await records();
    expect(kept()).toBe(1);
    setStubZones(new Map([['org', [SERVER]]]));
    await forwarder.complete(STRANGER, (lookup) => lookup(WWW, 'needed'));
    expect(kept()).toBe(0);
  });

  it('asks the servers of a stub zone as soon as there is one', async () => {
    const { asked, records, setStubZones } = setUp(always);
    await records();
    setStubZones(new Map([[nameIdentity(['example', 'org']), [{ host: '192.0.2.9', port: 53 }]]]));
    await records();
    setStubZones(new Map());
    await records();
    expect(asked.map(({ server }) => server)).toEqual(['192.0.2.1', '192.0.2.9', '192.0.2.1']);
  });

  it.each<[string, Partial<ForwarderConfig>, asker: Asker, hasStubZone: boolean, isAvailable: boolean]>([
    ['a client nearby', {}, CLIENT, false, true],
    ['a stranger', {}, STRANGER, false, false],
    ['a stranger where everybody may ask', { clients: 'all' }, STRANGER, false, true],
    ['-no-rec', { noRec: true }, CLIENT, false, false],
    ['-no-rec and a stub zone', { noRec: true }, CLIENT, true, true],
    ['no name servers', { nameservers: [] }, CLIENT, false, false],
  ])('is available to (RA): %s', (_what, config, asker, hasStubZone, isAvailable) => {
    const { forwarder, setStubZones } = setUp(always, config);
    if (hasStubZone) setStubZones(new Map([['org', [SERVER]]]));
    expect(forwarder.isAvailableTo(asker)).toBe(isAvailable);
  });

  it('resolves its closing when everything that was under way is answered', async () => {
    const { forwarder, look } = setUp(
      ({ signal }) =>
        new Promise((resolve) =>
          signal.addEventListener('abort', () =>
            resolve({ ok: false, error: { code: 'aborted', message: 'was not waited for' } }),
          ),
        ),
    );
    const answers: unknown[] = [];
    void Promise.resolve(look()).then((found) => answers.push(found.outcome));
    expect(forwarder.underWay).toBe(1);
    await forwarder.close();
    expect(answers).toEqual(['failed']);
    expect(forwarder.underWay).toBe(0);
    expect(await look()).toMatchObject({ outcome: 'failed' });
  });
});

import { createManualClock, type HostPort, systemClock } from '@wharf/agent';
import { type Question, Rcode, renderRecordText } from '@wharf/dns-wire';
import { eventually, freePort, startKnot } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { reply, silence, startScriptedNameServer } from '../testing/scripted-name-server.ts';
import { createAnswerCache } from '../upstream/answer-cache.ts';
import { createUpstream, type UpstreamOptions } from '../upstream/create-upstream.ts';
import { createSocketExchange } from './upstream-exchange.ts';

const create = (servers: readonly HostPort[], options: Partial<UpstreamOptions> = {}) => {
  const clock = options.clock ?? systemClock;
  const upstream = createUpstream({
    clock,
    random: () => 0,
    exchange: createSocketExchange({ clock, onIgnored: () => undefined }),
    onTry: () => undefined,
    ...options,
  });
  const ask = (asked: Question) => upstream.ask(asked, { servers, rotate: false, timeoutMs: 2_000 });
  return { upstream, ask };
};

const question = (name: string, type: Question['type'] = 'A'): Question => ({
  name: name.split('.'),
  type,
  class: 'IN',
});

describe('createUpstream over sockets', () => {
  it('goes from a server that is away, past a silent one and one that fails, to one that answers', async () => {
    const [silent, failing, answering] = await Promise.all([
      startScriptedNameServer(silence),
      startScriptedNameServer(reply('', { rcode: Rcode.SERVFAIL })),
      startScriptedNameServer(reply('a.org. 60 IN A 10.0.0.1')),
    ]);
    const clock = createManualClock();
    const away = { host: '127.0.0.1', port: await freePort() };
    const tries: string[] = [];
    const { ask } = create([away, silent.address, failing.address, answering.address], {
      clock,
      onTry: ({ outcome }) => tries.push(outcome),
    });
    const outcome = ask(question('a.org'));
    await eventually('the silent one is asked', () => expect(silent.queries).toHaveLength(1));
    await clock.advance(2_000);
    expect(await outcome).toMatchObject({ ok: true, value: { answers: [{ address: '10.0.0.1' }] } });
    expect(tries).toEqual(['network', 'timeout', 'answer', 'answered']);
    expect(clock.pending).toBe(0);
    await Promise.all([silent.close(), failing.close(), answering.close()]);
  });

  it('sends one query for all who ask the same while the server takes its time', async () => {
    const released = Promise.withResolvers<void>();
    const server = await startScriptedNameServer(async (query) => {
      await released.promise;
      return reply('a.org. 60 IN A 10.0.0.1')(query);
    });
    const { ask } = create([server.address]);
    const outcomes = Array.from({ length: 50 }, () => ask(question('a.org')));
    await eventually('it is asked', () => expect(server.queries).toHaveLength(1));
    released.resolve();
    for (const outcome of await Promise.all(outcomes)) expect(outcome).toMatchObject({ ok: true });
    expect(server.queries).toHaveLength(1);
    await server.close();
  });

  it('has 500 questions under way at once, and leaves nothing behind when it is closed', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): number => warnings.push(warning);
    process.on('warning', onWarning);
    const server = await startScriptedNameServer(silence);
    const clock = createManualClock();
    const { upstream, ask } = create([server.address], { clock });
    const outcomes: Promise<unknown>[] = [];
    // In two halves: the kernel holds 256 datagrams for a socket that is not read at once.
    for (const count of [250, 500]) {
      while (outcomes.length < count) outcomes.push(ask(question(`${outcomes.length}.org`)));
      await eventually(`${count} are asked`, () => expect(server.queries).toHaveLength(count));
    }
    expect(upstream.underWay).toBe(500);
    upstream.close();
    for (const outcome of await Promise.all(outcomes)) {
      expect(outcome).toMatchObject({ ok: false, error: { code: 'closed' } });
    }
    expect(clock.pending).toBe(0);
    expect(warnings).toEqual([]);
    process.off('warning', onWarning);
    await server.close();
  });

  it('asks Knot DNS, and what it says can be kept', async () => {
    const many = Array.from({ length: 200 }, (_, n) => `many 300 A 10.0.1.${n}`).join('\n');
    const knot = await startKnot({
      domain: 'example.org',
      zoneText: `$ORIGIN example.org.
@ 3600 SOA ns mail 1 7200 3600 86400 300
@ 3600 NS ns
ns 3600 A 127.0.0.1
www 120 CNAME web
web 60 A 10.0.0.1
_http._tcp 60 SRV 10 100 80 web
${many}
`,
    });
    const { ask } = create([knot.address]);
    const cache = createAnswerCache({
      maxEntries: 10,
      maxOctets: 1_000_000,
      maxSeconds: 60,
      clock: createManualClock(),
    });
    const askAndKeep = async (asked: Question) => {
      const outcome = await ask(asked);
      if (!outcome.ok) throw new Error(outcome.error.message);
      expect(cache.put(asked, outcome.value)).toBe(true);
      const kept = cache.get(asked);
      expect(kept?.answers).toEqual(outcome.value.answers);
      return { rcode: kept?.rcode, answers: kept?.answers.map(renderRecordText), authorities: kept?.authorities };
    };
    try {
      expect(await askAndKeep(question('WWW.example.org'))).toMatchObject({
        rcode: Rcode.NOERROR,
        answers: ['WWW.example.org. 120 IN CNAME web.example.org.', 'web.example.org. 60 IN A 10.0.0.1'],
      });
      expect((await askAndKeep(question('_http._tcp.example.org', 'SRV'))).answers).toEqual([
        '_http._tcp.example.org. 60 IN SRV 10 100 80 web.example.org.',
      ]);
      expect(await askAndKeep(question('none.example.org'))).toMatchObject({
        rcode: Rcode.NXDOMAIN,
        answers: [],
        authorities: [{ type: 'SOA', ttl: 300 }],
      });
      expect(await askAndKeep(question('web.example.org', 'AAAA'))).toMatchObject({
        rcode: Rcode.NOERROR,
        answers: [],
        authorities: [{ type: 'SOA', ttl: 300 }],
      });
      expect((await askAndKeep(question('many.example.org'))).answers).toHaveLength(200);
      expect(await ask(question('example.net'))).toMatchObject({
        ok: false,
        error: { code: 'unanswered', message: expect.stringMatching(/answered REFUSED$/) },
      });
    } finally {
      await knot.stop();
    }
  });
});

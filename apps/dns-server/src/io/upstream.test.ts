import { createManualClock, systemClock } from '@wharf/agent';
import { type Question, Rcode, renderRecordText } from '@wharf/dns-wire';
import { eventually, freePort, startKnot } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { reply, silence, startScriptedNameServer } from '../testing/scripted-name-server.ts';
import { createAnswerCache } from '../upstream/answer-cache.ts';
import { createUpstream, type Upstream, type UpstreamOptions } from '../upstream/create-upstream.ts';
import { createSocketExchange } from './upstream-exchange.ts';

const create = (options: Pick<UpstreamOptions, 'servers'> & Partial<UpstreamOptions>): Upstream => {
  const clock = options.clock ?? systemClock;
  return createUpstream({
    rotate: false,
    clock,
    random: () => 0,
    exchange: createSocketExchange({ clock, onIgnored: () => undefined }),
    ...options,
  });
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
    const upstream = create({
      servers: [away, silent.address, failing.address, answering.address],
      clock,
      onTry: ({ outcome }) => tries.push(outcome),
    });
    const outcome = upstream.ask(question('a.org'));
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
    const upstream = create({ servers: [server.address] });
    const outcomes = Array.from({ length: 50 }, () => upstream.ask(question('a.org')));
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
    const upstream = create({ servers: [server.address], clock });
    const outcomes: Promise<unknown>[] = [];
    // In two halves: the kernel holds 256 datagrams for a socket that is not read at once.
    for (const count of [250, 500]) {
      while (outcomes.length < count) outcomes.push(upstream.ask(question(`${outcomes.length}.org`)));
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
    const upstream = create({ servers: [knot.address] });
    const cache = createAnswerCache({
      maxEntries: 10,
      maxOctets: 1_000_000,
      maxSeconds: 60,
      clock: createManualClock(),
    });
    const ask = async (asked: Question) => {
      const outcome = await upstream.ask(asked);
      if (!outcome.ok) throw new Error(outcome.error.message);
      expect(cache.put(asked, outcome.value)).toBe(true);
      const kept = cache.get(asked);
      expect(kept?.answers).toEqual(outcome.value.answers);
      return { rcode: kept?.rcode, answers: kept?.answers.map(renderRecordText), authorities: kept?.authorities };
    };
    try {
      expect(await ask(question('WWW.example.org'))).toMatchObject({
        rcode: Rcode.NOERROR,
        answers: ['WWW.example.org. 120 IN CNAME web.example.org.', 'web.example.org. 60 IN A 10.0.0.1'],
      });
      expect((await ask(question('_http._tcp.example.org', 'SRV'))).answers).toEqual([
        '_http._tcp.example.org. 60 IN SRV 10 100 80 web.example.org.',
      ]);
      expect(await ask(question('none.example.org'))).toMatchObject({
        rcode: Rcode.NXDOMAIN,
        answers: [],
        authorities: [{ type: 'SOA', ttl: 300 }],
      });
      expect(await ask(question('web.example.org', 'AAAA'))).toMatchObject({
        rcode: Rcode.NOERROR,
        answers: [],
        authorities: [{ type: 'SOA', ttl: 300 }],
      });
      expect((await ask(question('many.example.org'))).answers).toHaveLength(200);
      expect(await upstream.ask(question('example.net'))).toMatchObject({
        ok: false,
        error: { code: 'unanswered', message: expect.stringMatching(/answered REFUSED$/) },
      });
    } finally {
      await knot.stop();
    }
  });
});

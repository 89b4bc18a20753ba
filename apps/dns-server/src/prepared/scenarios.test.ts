import { decodeDnsReply, encodeDnsQuery } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { configureServer } from '../testing/configure-server.ts';
import { createPreparedPair, meaningOf, type PreparedPair } from '../testing/prepared-pair.ts';
import { expectedReplies, readScenarios } from '../testing/read-scenarios.ts';
import { showReply } from '../testing/shown-reply.ts';

/** Asked first, then with a kept reply, then in all other ways. */
const ways = [
  { transport: 'tcp', edns: undefined },
  { transport: 'tcp', edns: undefined },
  { transport: 'tcp', edns: {} },
  { transport: 'udp', edns: undefined },
  { transport: 'udp', edns: { udpPayloadSize: 512 } },
  { transport: 'udp', edns: { udpPayloadSize: 4_096 } },
  { transport: 'udp', edns: { udpPayloadSize: 4_096 } },
] as const;

const upperCase = (query: Buffer): Buffer => {
  const changed = Buffer.from(query);
  for (let at = 12; at < changed.length && changed[at] !== 0; at += 1 + (changed[at] ?? 0)) {
    const label = changed.subarray(at + 1, at + 1 + (changed[at] ?? 0));
    label.set(label.map((octet) => (octet >= 0x61 && octet <= 0x7a ? octet - 0x20 : octet)));
  }
  return changed;
};

function compareAllWays(pair: PreparedPair, name: string, type: string): number {
  let fast = 0;
  for (const { transport, edns } of ways) {
    const query = encodeDnsQuery({ name: name.toLowerCase(), type, ...(edns === undefined ? {} : { edns }) });
    const expected = meaningOf(pair.slow(query, transport));
    for (const asked of [query, upperCase(query)]) {
      const reply = pair.fast(asked, transport);
      if (reply === undefined) continue;
      fast++;
      expect(meaningOf(reply)).toEqual(expected);
      const question = asked.subarray(12, 12 + name.length);
      expect(reply.subarray(12, 12 + name.length)).toEqual(question);
    }
  }
  return fast;
}

describe('prepared answers, over the scenarios', () => {
  it.each(readScenarios())('%s', (_file, { args, steps }) => {
    const pair = createPreparedPair(configureServer(args));
    pair.world.turn = 0.999;
    const shown: unknown[] = [];
    for (const step of steps) {
      if (step.type === 'put') pair.put(step.key, step.value);
      else if (step.type === 'delete') pair.remove(step.key);
      else {
        const query = encodeDnsQuery({ name: step.name, type: step.recordType, ...(step.edns ? { edns: {} } : {}) });
        const reply = pair.fast(query, 'tcp') ?? pair.slow(query, 'tcp');
        if (reply === undefined) throw new Error(`${step.title}: no reply`);
        shown.push({ query: step.title, ...showReply(decodeDnsReply(reply)) });
        compareAllWays(pair, step.name, step.recordType);
      }
    }
    expect(shown).toEqual(expectedReplies(steps));
  });

  it('are fast where they can be', () => {
    const pair = createPreparedPair(configureServer([]));
    pair.put('/skydns/local/skydns/web/1', '{"host":"10.0.0.1"}');
    for (const [name, type] of [
      ['web.skydns.local', 'A'],
      ['web.skydns.local', 'AAAA'],
      ['web.skydns.local', 'SRV'],
      ['skydns.local', 'SOA'],
      ['none.skydns.local', 'A'],
      ['none.skydns.local', 'UNKNOWN_4711'],
      ['example.org', 'A'],
    ] as const) {
      expect(compareAllWays(pair, name, type)).toBe(2 * ways.length);
    }
    for (const [name, type] of [
      ['web.skydns.local', 'UNKNOWN_4711'],
      ['web.skydns.local', 'AXFR'],
      ['none.skydns.local', 'AXFR'],
      ['example.org', 'AXFR'],
      ['1.0.0.10.in-addr.arpa', 'PTR'],
    ] as const) {
      expect(compareAllWays(pair, name, type)).toBe(0);
    }
  });
});

import { decodeMessage } from '@wharf/dns-wire';
import { encodeDnsQuery } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { configureServer } from '../testing/configure-server.ts';
import { createPreparedPair } from '../testing/prepared-pair.ts';

/** All that says how long a client may keep something. */
function timesOf(reply: Buffer | undefined): readonly number[] {
  const decoded = reply === undefined ? undefined : decodeMessage(reply);
  if (decoded?.ok !== true) throw new Error('there is no reply that can be read');
  const { answers, authorities, additionals } = decoded.value;
  return [...answers, ...authorities, ...additionals].flatMap((record) =>
    record.type === 'SOA' ? [record.ttl, record.minimum] : [record.ttl],
  );
}

describe('while the store is away', () => {
  it.each([
    ['none.skydns.local', 'A', 60],
    ['web.skydns.local', 'AAAA', 60],
    ['web.skydns.local', 'A', 3_600],
    ['web.skydns.local', 'SRV', 3_600],
    ['web.skydns.local', 'ANY', 3_600],
    ['skydns.local', 'SOA', 3_600],
    ['skydns.local', 'NS', 3_600],
    ['b._dns-sd._udp.skydns.local', 'PTR', 3_600],
  ])('%s %s is kept for 30 s at most instead of %d s, and as before afterwards', (name, type, seconds) => {
    const pair = createPreparedPair(configureServer(['-no-rec']));
    pair.put('/skydns/local/skydns/web/1', '{"host":"10.0.0.1"}');
    const query = encodeDnsQuery({ name, type });
    const longest = (): readonly number[] => {
      const replies = [pair.slow(query, 'udp'), ...[1, 2, 3].flatMap(() => pair.fast(query, 'udp') ?? [])];
      return replies.map((reply) => Math.max(...timesOf(reply)));
    };
    const current = longest();
    expect(new Set(current)).toEqual(new Set([seconds]));
    pair.world.state = 'stale';
    expect(longest()).toEqual(current.map(() => 30));
    pair.world.state = 'current';
    expect(longest()).toEqual(current);
  });

  it('times below that stay', () => {
    const pair = createPreparedPair(configureServer(['-no-rec', '-min-ttl=5', '-ttl=7']));
    pair.world.state = 'stale';
    expect(timesOf(pair.slow(encodeDnsQuery({ name: 'none.skydns.local', type: 'A' }), 'udp'))).toEqual([5, 5]);
    expect(timesOf(pair.slow(encodeDnsQuery({ name: 'skydns.local', type: 'NS' }), 'udp'))[0]).toBe(7);
  });
});

import type { Metrics, Tally } from '@wharf/agent';
import { typeName } from '@wharf/dns-wire';
import type { Transport } from '../answer/respond.ts';
import type { dnsServerMetrics } from '../metrics.ts';
import { rcodeName, typeLabel } from '../observe-exchange.ts';

const TC = 0x02;
const RCODE = 0x0f;

/**
 * Where a reply was from: kept, made to be kept, or put together because there is no such name, because it is outside and
 * nobody is asked for the client, because the query's cookie is none, or because the query cannot be read.
 */
export type PreparedHow = 'kept' | 'made' | 'missing' | 'refused' | 'malformed' | 'unreadable';

/**
 * Counts a reply that was made without a message, as `ExchangeObserver` counts the others.
 * @param type what was asked for; nothing is known of that when the query cannot be read
 * @param flags the third and the fourth octet of the reply
 */
export type FastObserver = (
  how: PreparedHow,
  transport: Transport,
  type: number,
  flags: number,
  octets: number,
  tookMs: number,
) => void;

export function createFastObserver(metrics: Metrics<typeof dnsServerMetrics>): FastObserver {
  const seconds = metrics.answerSeconds.tally();
  const truncated = metrics.truncatedReplies.tally();
  const udp = talliesOf('udp', metrics);
  const tcp = talliesOf('tcp', metrics);
  const replies: Readonly<Record<PreparedHow, Tally>> = {
    kept: metrics.prepared.tally({ reply: 'kept' }),
    made: metrics.prepared.tally({ reply: 'made' }),
    missing: metrics.prepared.tally({ reply: 'missing' }),
    refused: metrics.prepared.tally({ reply: 'refused' }),
    malformed: metrics.prepared.tally({ reply: 'malformed' }),
    unreadable: metrics.prepared.tally({ reply: 'unreadable' }),
  };
  const forwardRefused = createLazyTally(() => metrics.forwarded.tally({ outcome: 'refused' }));

  return (how, transport, type, flags, octets, tookMs) => {
    const { types, rcodes, replyOctets, unreadable } = transport === 'udp' ? udp : tcp;
    if (how === 'unreadable') unreadable.add(1);
    else (types[Math.min(type, types.length - 1)] ?? NOTHING).add(1);
    if (how === 'refused') forwardRefused.add(1);
    (rcodes[flags & RCODE] ?? NOTHING).add(1);
    replyOctets.add(octets);
    if ((flags & (TC << 8)) !== 0) truncated.add(1);
    seconds.add(tookMs / 1_000);
    replies[how].add(1);
  };
}

const NOTHING: Tally = { add: () => undefined };

/** Types from here on are counted as others. */
const TYPES = 256;
const RCODES = 16;

function talliesOf(transport: Transport, metrics: Metrics<typeof dnsServerMetrics>) {
  const lazily = (count: number, make: (index: number) => Tally): readonly Tally[] =>
    Array.from({ length: count }, (_, index) => createLazyTally(() => make(index)));
  return {
    types: lazily(TYPES + 1, (type) => metrics.queries.tally({ transport, type: typeLabel(typeName(type)) })),
    rcodes: lazily(RCODES, (rcode) => metrics.replies.tally({ transport, rcode: rcodeName(rcode) })),
    unreadable: createLazyTally(() => metrics.unreadablePackets.tally({ transport })),
    replyOctets: metrics.replyOctets.tally({ transport }),
  };
}

/** Labels that never came up are not shown. */
function createLazyTally(make: () => Tally): Tally {
  let tally: Tally | undefined;
  return {
    add(value) {
      tally ??= make();
      tally.add(value);
    },
  };
}

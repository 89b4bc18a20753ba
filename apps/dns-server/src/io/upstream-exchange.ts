import { randomInt } from 'node:crypto';
import { isIP } from 'node:net';
import type { Clock } from '@wharf/agent';
import { encodeMessage, type Message, Rcode } from '@wharf/dns-wire';
import type { Exchange, ExchangeOutcome } from '../upstream/exchange.ts';
import type { IgnoredReason } from '../upstream/read-answer.ts';
import { upstreamQuery, withoutEdns } from '../upstream/upstream-query.ts';
import type { PacketExchange } from './upstream-packet-exchange.ts';
import { exchangeOverTcp } from './upstream-tcp.ts';
import { exchangeOverUdp } from './upstream-udp.ts';

export interface SocketExchangeOptions {
  readonly clock: Clock;
  /** Told of each packet that arrived and is not the answer: a forger's, or one that is late. */
  readonly onIgnored: (why: IgnoredReason) => void;
  /** The ID of a query, 0 to 65535; drawn by `node:crypto`, so that nobody can foretell it, when absent. */
  readonly randomId?: () => number;
}

type AskOnce = (query: Message) => Promise<ExchangeOutcome>;

/**
 * Asks servers over sockets: UDP first, TCP when the answer is truncated, and once more without EDNS when the server does
 * not know that (RFC 6891, section 6.2.2).
 */
export function createSocketExchange(options: SocketExchangeOptions): Exchange {
  const { clock, onIgnored, randomId = () => randomInt(0x1_0000) } = options;

  return async ({ server, question, options, timeoutMs, signal }) => {
    if (isIP(server.host) === 0 || server.port === 0) {
      return { ok: false, error: { code: 'network', message: 'has no IP address and port to ask' } };
    }
    if (signal.aborted) return { ok: false, error: { code: 'aborted', message: 'was not asked' } };
    const askOnce: AskOnce = async (query) => {
      const encoded = encodeMessage(query);
      if (!encoded.ok) return { ok: false, error: { code: 'question', message: encoded.error.message } };
      return overUdpThenTcp({ server, query, packet: encoded.value, timeoutMs, clock, signal, onIgnored });
    };
    const outcome = await askOnce(upstreamQuery(randomId(), question, options));
    if (!outcome.ok || !isEdnsUnknown(outcome.value)) return outcome;
    return askOnce(withoutEdns(upstreamQuery(randomId(), question, options)));
  };
}

async function overUdpThenTcp(exchange: PacketExchange): Promise<ExchangeOutcome> {
  const overUdp = await exchangeOverUdp(exchange);
  return overUdp.ok && overUdp.value.truncated ? exchangeOverTcp(exchange) : overUdp;
}

function isEdnsUnknown({ rcode, edns }: Message): boolean {
  return edns === undefined && (rcode === Rcode.FORMERR || rcode === Rcode.NOTIMP);
}

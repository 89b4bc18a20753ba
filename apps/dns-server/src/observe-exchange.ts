import type { Logger, Metrics } from '@wharf/agent';
import { type QuestionType, Rcode } from '@wharf/dns-wire';
import { renderDomain } from '@wharf/record-schema';
import type { Exchange, Transport } from './answer/respond.ts';
import type { dnsServerMetrics } from './metrics.ts';

const rcodeNames: ReadonlyMap<number, string> = new Map(Object.entries(Rcode).map(([name, code]) => [code, name]));

export interface ExchangeObserverOptions {
  readonly metrics: Metrics<typeof dnsServerMetrics>;
  readonly log: Logger;
  /** Whether each query is logged. */
  readonly verbose: boolean;
}

/** Counts what became of a packet; `tookMs` is how long that took, in milliseconds. */
export type ExchangeObserver = (exchange: Exchange, transport: Transport, tookMs: number) => void;

export function createExchangeObserver({ metrics, log, verbose }: ExchangeObserverOptions): ExchangeObserver {
  return ({ query, reply, problem }, transport, tookMs) => {
    const [question] = query?.questions ?? [];
    const rcode = reply === undefined ? undefined : rcodeName(reply.message.rcode);
    if (query === undefined) metrics.unreadablePackets.inc({ transport });
    else metrics.queries.inc({ transport, type: typeLabel(question?.type) });
    if (reply !== undefined) {
      metrics.replies.inc({ transport, rcode: rcode ?? '' });
      metrics.replyOctets.observe({ transport }, reply.bytes.length);
      if (isTruncated(reply.bytes)) metrics.truncatedReplies.inc();
    }
    metrics.answerSeconds.observe(tookMs / 1_000);
    if (query !== undefined && problem !== undefined) {
      metrics.failures.inc();
      log.error(
        { name: renderDomain(question?.name ?? []), type: question?.type, problem },
        'a reply cannot be written',
      );
    }
    if (!verbose) return;
    const fields = { transport, name: renderDomain(question?.name ?? []), type: question?.type, rcode, problem };
    log.info(fields, 'query');
  };
}

/** Types without a name are one label value together: clients choose the numbers. */
export function typeLabel(type: QuestionType | undefined): string {
  if (type === undefined) return 'none';
  return type.startsWith('TYPE') ? 'other' : type;
}

/** As metrics and logs show it. */
export function rcodeName(rcode: number): string {
  return rcodeNames.get(rcode) ?? String(rcode);
}

/** TC (RFC 1035, section 4.1.1). */
function isTruncated(bytes: Buffer): boolean {
  return ((bytes[2] ?? 0) & 0x02) !== 0;
}

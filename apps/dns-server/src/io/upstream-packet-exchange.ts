import type { Clock, HostPort } from '@wharf/agent';
import type { Message } from '@wharf/dns-wire';
import type { ExchangeFailure, ExchangeOutcome } from '../upstream/exchange.ts';
import type { IgnoredReason } from '../upstream/read-answer.ts';

/** One query to one server over one transport. */
export interface PacketExchange {
  readonly server: HostPort;
  readonly query: Message;
  /** The query as octets. */
  readonly packet: Buffer;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Told of each packet that is not the answer. */
  readonly onIgnored: (why: IgnoredReason) => void;
}

/** The end of an exchange, whichever comes first: an answer, a failure, the time, or nobody waiting any more. */
export interface Settling {
  readonly outcome: Promise<ExchangeOutcome>;
  succeed(answer: Message): void;
  fail(code: ExchangeFailure['code'], message: string): void;
}

/** Starts the time; `release` is called once, when the outcome is known. */
export function settleOnce({ timeoutMs, clock, signal }: PacketExchange, release: () => void): Settling {
  const { promise, resolve } = Promise.withResolvers<ExchangeOutcome>();
  let isSettled = false;
  const settle = (outcome: ExchangeOutcome): void => {
    if (isSettled) return;
    isSettled = true;
    cancel();
    signal.removeEventListener('abort', abort);
    release();
    resolve(outcome);
  };
  const fail: Settling['fail'] = (code, message) => settle({ ok: false, error: { code, message } });
  const abort = (): void => fail('aborted', 'was not waited for');
  const cancel = clock.schedule(timeoutMs, () => fail('timeout', `did not answer within ${timeoutMs} ms`));
  signal.addEventListener('abort', abort);
  return { outcome: promise, succeed: (answer) => settle({ ok: true, value: answer }), fail };
}

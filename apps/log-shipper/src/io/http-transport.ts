import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type BackoffPolicy, backoffDelayMs, defaultBackoff, sleep } from '@wharf/agent';
import { createDelivery, type DeliveryLimits } from '../http-sinks/delivery.ts';
import type { HttpAnswer } from '../http-sinks/http-answer.ts';
import { type HttpSinkKind, httpSinks } from '../http-sinks/http-sink.ts';
import type { SinkOptions } from '../http-sinks/sink-options.ts';
import type { Verdict } from '../http-sinks/verdict.ts';
import { collectMessages } from './collect-messages.ts';
import { createAuthorization } from './http-authorization.ts';
import { createHttpClient, type HttpPost } from './http-client.ts';
import { HttpFailure } from './http-failure.ts';
import { createRefusalLog } from './refusal-log.ts';
import type { TlsSettings } from './tls-settings.ts';
import { createStopper, type Transport, type TransportContext } from './transport.ts';

export interface HttpSettings {
  readonly adapter: HttpSinkKind;
  /** As `parseSinkUrl` gives it. */
  readonly url: string;
  readonly credentials?: string | undefined;
  readonly options: SinkOptions;
  /** Asked for before each connection of an `https:` URL; without it the CAs that Node knows are trusted. */
  readonly readTls?: (() => Promise<TlsSettings>) | undefined;
  /** The most that one request holds. */
  readonly batch?: DeliveryLimits;
  /** How long the first message of a request waits for others. */
  readonly lingerMs?: number;
  readonly timeoutMs?: number;
  readonly backoff?: BackoffPolicy;
}

/** Of an Elasticsearch answer with an error for each of so many items, most fits into what is read of one. */
const BATCH: DeliveryLimits = { bytes: 1024 * 1024, messages: 4_096 };
const LINGER_MS = 200;
const TIMEOUT_MS = 30_000;

const compress = promisify(gzip);

/**
 * Sends messages in the bodies of requests, one request at a time, and confirms them when the receiver has answered that it has
 * them: at least once. A request without an answer is made again, so its messages may be stored twice where the
 * receiver does not know them again. Only what the receiver refuses for what it is (400, 413, 422) is dropped, and counted; whatever
 * else it answers, messages stay and are tried again with growing delays, or after the one it asks for.
 */
export function createHttpTransport(settings: HttpSettings, context: TransportContext): Transport {
  const { adapter, options, batch = BATCH, lingerMs = LINGER_MS, backoff = defaultBackoff } = settings;
  const { queue, clock, random, log, meter } = context;
  const { closing, aborting, stopping } = createStopper();
  const url = new URL(settings.url);
  const sink = httpSinks[adapter];
  const target = sink.target(url.pathname);
  const client = createHttpClient({
    ...context,
    url,
    readTls: settings.readTls,
    timeoutMs: settings.timeoutMs ?? TIMEOUT_MS,
  });
  const authorization = createAuthorization({ credentials: settings.credentials, file: options.authorizationFile });
  const delivery = createDelivery(batch);
  const refusals = createRefusalLog(log, clock);
  let trouble: string | undefined = 'not connected yet';
  let attempt = 0;
  let running = Promise.resolve();

  const fail = (reason: string): void => {
    // The first failure of a kind is news, its repetitions are not.
    log[trouble === reason ? 'debug' : 'warn']({ url: settings.url, reason }, 'the receiver does not take messages');
    trouble = reason;
    meter.connected(false);
  };
  const succeed = (): void => {
    if (trouble !== undefined) log.info({ url: settings.url, peer: client.peer }, 'connected to the receiver');
    trouble = undefined;
    attempt = 0;
    meter.connected(true);
  };
  const pause = (interrupt: AbortSignal, afterMs?: number): Promise<void> =>
    sleep(clock, afterMs ?? backoffDelayMs(attempt++, backoff, random), interrupt);

  /** Readiness shall be true before there is a first message to send. */
  const reach = async (): Promise<void> => {
    while (queue.messages === 0 && !closing.aborted) {
      try {
        await client.probe(closing);
        succeed();
        return;
      } catch (error) {
        if (closing.aborted) return;
        fail(messageOf(error));
        await pause(closing);
      }
    }
  };

  const headers = async (): Promise<Record<string, string>> => {
    const header = await authorization.header();
    return {
      'Content-Type': sink.contentType,
      ...(options.gzipLevel === undefined ? {} : { 'Content-Encoding': 'gzip' }),
      ...(options.tenant === undefined ? {} : { 'X-Scope-OrgID': options.tenant }),
      ...(header === undefined ? {} : { Authorization: header }),
    };
  };

  const post = async (call: HttpPost, messages: number): Promise<HttpAnswer> => {
    try {
      return await client.post(call, aborting);
    } catch (error) {
      if (!(error instanceof HttpFailure) || error.code !== 'stale' || aborting.aborted) throw error;
      // A receiver closes a connection that was idle for long just when it is used again: nothing is wrong with it.
      meter.lost(messages);
      return client.post(call, aborting);
    }
  };

  /** Only what is shown of an answer is taken from one without secrets: to leave them out may change what it means. */
  const read = (answer: HttpAnswer, messages: number): Verdict => {
    const verdict = sink.read(answer, messages);
    if (verdict.reason === undefined) return verdict;
    const { reason = '' } = sink.read({ ...answer, body: authorization.hide(answer.body) }, messages);
    return { ...verdict, reason };
  };

  const send = async (messages: readonly Buffer[]): Promise<Verdict> => {
    const plain = sink.compose(messages);
    const body = options.gzipLevel === undefined ? plain : await compress(plain, { level: options.gzipLevel });
    try {
      const answer = await post({ target, headers: await headers(), body }, messages.length);
      meter.sent(messages.length, body.length);
      const verdict = read(answer, messages.length);
      if (answer.status === 401 || answer.status === 403) authorization.forget();
      return verdict;
    } catch (error) {
      const isLost = error instanceof HttpFailure && error.code !== 'unreachable';
      if (isLost && !aborting.aborted) meter.lost(messages.length);
      return { kind: 'failed', reason: messageOf(error), isLost };
    }
  };

  const settle = async (verdict: Verdict): Promise<void> => {
    const { confirmed, refused, duplicates, hasProgress } = delivery.settle(verdict);
    queue.confirm(confirmed);
    meter.queue(queue);
    if (duplicates > 0) meter.duplicates(duplicates);
    if (refused > 0) {
      meter.dropped('refused', refused);
      refusals.add(refused, verdict.kind === 'failed' ? '' : (verdict.reason ?? ''));
    }
    if (hasProgress) attempt = 0;
    if (verdict.kind === 'failed') {
      fail(verdict.reason);
      await pause(aborting, verdict.afterMs);
    } else if (verdict.kind === 'items' && verdict.outcomes.includes('again')) {
      fail(verdict.reason ?? 'the receiver asks for some messages again');
      await pause(aborting);
    } else succeed();
  };

  const run = async (): Promise<void> => {
    await reach();
    const limits = { ...batch, lingerMs };
    while (!aborting.aborted) {
      if (delivery.isEmpty) delivery.add(await collectMessages(queue, limits, clock, closing));
      if (delivery.isEmpty) break;
      const verdict = await send(delivery.request());
      if (!aborting.aborted) await settle(verdict);
    }
    queue.rewind();
    refusals.close();
    client.close();
  };

  return {
    start() {
      running = run();
    },
    stop: (giveUp) => stopping(giveUp, running),
    get trouble() {
      return trouble;
    },
    get peer() {
      return trouble === undefined ? client.peer : undefined;
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

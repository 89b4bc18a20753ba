import { addressLifetimeMs, backoffDelayMs, defaultBackoff, sleep } from '@wharf/agent';
import { betterEndpoints } from '../receivers/better-endpoints.ts';
import { type Endpoint, toEndpoints } from '../receivers/endpoint.ts';
import { createEndpointHealth } from '../receivers/endpoint-health.ts';
import { createMovePace } from '../receivers/move-pace.ts';
import { orderEndpoints } from '../receivers/order-endpoints.ts';
import { describeFailure } from './lookup.ts';
import type { TransportContext } from './transport.ts';
import { until } from './until.ts';

export interface ReceiverSettings {
  readonly host: string;
  /** Unless an SRV record says otherwise. */
  readonly port: number;
  /** How often a connection is looked for to a receiver of a better priority than the one in use; 30 s when absent. */
  readonly failBackEveryMs?: number | undefined;
}

/** The receiver of a route: where its name leads, which is looked at again when the time of the answer is over. */
export interface Receiver {
  /**
   * All endpoints in an order to try them, those that failed lately last. While no name server answers, the last ones
   * count.
   * @throws when there never were any; `describeFailure` has words for it
   */
  endpoints(signal: AbortSignal): Promise<readonly Endpoint[]>;
  /** The name is to be resolved again: `endpoints` would. */
  readonly isDue: boolean;
  /** Nothing that is known speaks for another endpoint than `current`. */
  isBest(current: Endpoint): boolean;
  /**
   * Waits, as long as it takes, until another endpoint may be better than `current`, and keeps the name resolved
   * meanwhile. Resolves to those to try, or to none when `signal` aborts.
   */
  better(current: Endpoint, signal: AbortSignal): Promise<readonly Endpoint[]>;
  /** No connection came about, or it did not last. */
  failed(endpoint: Endpoint): void;
  /** It works, and has for a while. */
  succeeded(endpoint: Endpoint): void;
  /** A connection went from one endpoint to another that is better. */
  moved(): void;
}

const FAIL_BACK_EVERY_MS = 30_000;
/** How long a name server is waited for while there are endpoints to go on with. */
const PATIENCE_MS = 1_000;
/** How often it is looked at whether endpoints that failed have rested enough. */
const LOOK_EVERY_MS = 1_000;

/** @param aborting ends whatever goes on */
export function createReceiver(
  { host, port, failBackEveryMs = FAIL_BACK_EVERY_MS }: ReceiverSettings,
  { clock, random, log, lookup }: Pick<TransportContext, 'clock' | 'random' | 'log' | 'lookup'>,
  aborting: AbortSignal,
): Receiver {
  const health = createEndpointHealth(random);
  const pace = createMovePace();
  let known: readonly Endpoint[] = [];
  let resolvedAtMs = Number.NEGATIVE_INFINITY;
  let expiresAtMs = Number.NEGATIVE_INFINITY;
  let failures = 0;
  let failure: unknown;
  let resolving: Promise<void> | undefined;

  const resolve = async (): Promise<void> => {
    try {
      const addresses = await until(lookup(host, aborting), aborting);
      const endpoints = toEndpoints(addresses, port);
      if (endpoints.length === 0) throw new Error('the name has no address');
      known = endpoints;
      health.keep(known);
      failures = 0;
      expiresAtMs = clock.monotonicMs() + addressLifetimeMs(addresses);
    } catch (error) {
      failure = error;
      const reason = describeFailure(error);
      const isNews = known.length > 0 && failures === 0 && !aborting.aborted;
      if (isNews) log.warn({ host, reason }, 'cannot resolve the receiver again; its last addresses are used');
      expiresAtMs = clock.monotonicMs() + backoffDelayMs(failures++, defaultBackoff, random);
    }
    resolvedAtMs = clock.monotonicMs();
    resolving = undefined;
  };
  const isDue = (): boolean => {
    const nowMs = clock.monotonicMs();
    if (known.length === 0 || nowMs >= expiresAtMs) return true;
    // None of them works, so the name may have others by now.
    return nowMs - resolvedAtMs >= LOOK_EVERY_MS && known.every((endpoint) => health.isResting(endpoint, nowMs));
  };
  const keepResolved = (): Promise<void> => {
    if (isDue()) resolving ??= resolve();
    return resolving ?? Promise.resolve();
  };
  /** Waits for an answer that nobody waits for yet, but not for long. */
  const haveResolved = async (signal: AbortSignal): Promise<void> => {
    if (resolving !== undefined) return;
    const answered = new AbortController();
    const patience = sleep(clock, PATIENCE_MS, AbortSignal.any([answered.signal, signal]));
    await Promise.race([keepResolved(), patience]);
    answered.abort();
  };
  const awake = (endpoints: readonly Endpoint[]): readonly Endpoint[] =>
    endpoints.filter((endpoint) => !health.isResting(endpoint, clock.monotonicMs()));

  return {
    async endpoints(signal) {
      if (known.length === 0) await until(keepResolved(), signal);
      else if (isDue()) await haveResolved(signal);
      if (known.length === 0) throw failure;
      return health.restingLast(orderEndpoints(known, random), clock.monotonicMs());
    },
    get isDue() {
      return isDue();
    },
    isBest(current) {
      const { endpoints, isGone } = betterEndpoints(current, known);
      return !isGone && awake(endpoints).length === 0;
    },
    async better(current, signal) {
      const probeAtMs = clock.monotonicMs() + failBackEveryMs;
      while (!signal.aborted) {
        await until(keepResolved(), signal).catch(() => undefined);
        const nowMs = clock.monotonicMs();
        const { endpoints, isGone } = betterEndpoints(current, known);
        const fromMs = isGone ? pace.allowedAtMs : probeAtMs;
        const candidates = awake(endpoints);
        if (candidates.length > 0 && nowMs >= fromMs && !signal.aborted) return orderEndpoints(candidates, random);
        const nextLookMs = nowMs < fromMs ? fromMs : nowMs + LOOK_EVERY_MS;
        const wakeAtMs = endpoints.length === 0 ? expiresAtMs : Math.min(expiresAtMs, nextLookMs);
        await sleep(clock, Math.max(1, wakeAtMs - nowMs), signal);
      }
      return [];
    },
    failed: (endpoint) => health.failed(endpoint, clock.monotonicMs()),
    succeeded: (endpoint) => health.succeeded(endpoint),
    moved: () => pace.moved(clock.monotonicMs()),
  };
}

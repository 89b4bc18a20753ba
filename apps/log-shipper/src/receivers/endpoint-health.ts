import { type BackoffPolicy, backoffDelayMs } from '@wharf/agent';
import { type Endpoint, endpointKey } from './endpoint.ts';

/** Which endpoints have failed lately. An endpoint that has rests, longer each time; it is tried all the same, but last. */
export interface EndpointHealth {
  failed(endpoint: Endpoint, nowMs: number): void;
  /** It works, and has for a while: what was held against it is forgotten. */
  succeeded(endpoint: Endpoint): void;
  isResting(endpoint: Endpoint, nowMs: number): boolean;
  /** The same endpoints in the same order, but those that rest last, the one that has rested longest first of them. */
  restingLast(endpoints: readonly Endpoint[], nowMs: number): readonly Endpoint[];
  /** Forgets all others. */
  keep(endpoints: readonly Endpoint[]): void;
}

export const restPolicy: BackoffPolicy = { baseMs: 2_000, capMs: 60_000 };

export function createEndpointHealth(random: () => number, policy: BackoffPolicy = restPolicy): EndpointHealth {
  const rests = new Map<string, { readonly failures: number; readonly endsAtMs: number }>();
  const restEnd = (endpoint: Endpoint): number => rests.get(endpointKey(endpoint))?.endsAtMs ?? 0;
  const isResting = (endpoint: Endpoint, nowMs: number): boolean => restEnd(endpoint) > nowMs;

  return {
    failed(endpoint, nowMs) {
      const failures = rests.get(endpointKey(endpoint))?.failures ?? 0;
      const endsAtMs = nowMs + backoffDelayMs(failures, policy, random);
      rests.set(endpointKey(endpoint), { failures: failures + 1, endsAtMs });
    },
    succeeded(endpoint) {
      rests.delete(endpointKey(endpoint));
    },
    isResting,
    restingLast(endpoints, nowMs) {
      const rank = (endpoint: Endpoint): number => (isResting(endpoint, nowMs) ? restEnd(endpoint) : 0);
      return endpoints.toSorted((one, other) => rank(one) - rank(other));
    },
    keep(endpoints) {
      const kept = new Set(endpoints.map(endpointKey));
      for (const key of rests.keys()) if (!kept.has(key)) rests.delete(key);
    },
  };
}

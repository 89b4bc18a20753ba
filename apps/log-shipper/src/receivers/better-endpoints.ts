import { type Endpoint, endpointKey } from './endpoint.ts';

/**
 * Which of `known` should be used rather than `current`: all of them when the name does not have it any more (`isGone`),
 * else those of a better priority. Addresses of one priority are as good as each other.
 */
export function betterEndpoints(
  current: Endpoint,
  known: readonly Endpoint[],
): { readonly endpoints: readonly Endpoint[]; readonly isGone: boolean } {
  const same = known.find((endpoint) => endpointKey(endpoint) === endpointKey(current));
  if (same === undefined) return { endpoints: known, isGone: true };
  return { endpoints: known.filter(({ priority }) => priority < same.priority), isGone: false };
}

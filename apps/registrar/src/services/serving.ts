import type { Container } from '@wharf/docker-watcher';
import type { ServiceRules } from './service.ts';

/** Whether the services of a container are announced now; the reason why not continues a sentence, and may be needless. */
export type Serving = { readonly serving: true } | { readonly serving: false; readonly reason?: string };

/**
 * Whether a container has a process, paused or not: engines call a paused one running. One that waits for its next
 * restart has none, although Docker calls it running too.
 */
export function isRunning({ state }: Pick<Container, 'state'>): boolean {
  return state.running && !state.restarting;
}

/**
 * Whether a container answers clients: it runs, is not paused, and its health is what the operator asks for. That one
 * does not run needs no reason.
 */
export function servingOf(
  container: Pick<Container, 'state'>,
  { health, paused }: Pick<ServiceRules, 'health' | 'paused'>,
): Serving {
  const { state } = container;
  if (!isRunning(container)) return { serving: false };
  if (state.paused && paused === 'remove') return { serving: false, reason: 'is paused (-paused keep announces it)' };
  if (state.health === 'unhealthy' && health !== 'any') {
    return { serving: false, reason: 'is unhealthy (-health any announces it)' };
  }
  if (state.health === 'starting' && health === 'healthy') {
    return { serving: false, reason: 'has not passed its health check yet (-health not-unhealthy announces it)' };
  }
  return { serving: true };
}

import type { Container } from '@wharf/docker-watcher';
import type { ServiceRules } from './service.ts';

/** Whether a container's services are announced; without a reason where there is nothing to explain. */
export type Serving = { readonly serving: true } | { readonly serving: false; readonly reason?: string };

/** What is looked at: the operator's `-health` and `-paused`. */
export type ServingRules = Pick<ServiceRules, 'health' | 'paused'>;

/**
 * Whether a container is in a state to serve: it runs, and is neither paused nor ill, as far as the rules look at that.
 * One that does not run gives no reason: there is nothing to announce. Every other reason is a sentence.
 */
export function servingState(
  { name, state }: Pick<Container, 'name' | 'state'>,
  { health, paused }: ServingRules,
): Serving {
  if (!isRunning({ state })) return { serving: false };
  if (state.paused && paused === 'remove') {
    return withheld(`container ${name} is paused, and -paused remove leaves it out until it goes on`);
  }
  if (state.health === 'unhealthy' && health !== 'any') {
    return withheld(
      `container ${name} is unhealthy, and -health ${health} leaves it out until a health check succeeds`,
    );
  }
  if (state.health === 'starting' && health === 'healthy') {
    return withheld(`container ${name} is starting, and -health healthy leaves it out until a health check succeeds`);
  }
  return { serving: true };
}

/**
 * Whether a container's process is there, paused or not. One that waits for its next restart has none, although Docker
 * calls it running; a paused one has, although Podman calls it not running.
 */
export function isRunning({ state }: Pick<Container, 'state'>): boolean {
  return (state.running || state.paused) && !state.restarting;
}

function withheld(reason: string): Serving {
  return { serving: false, reason };
}

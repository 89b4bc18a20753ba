import type { Container, ContainerState } from './container.ts';
import type { ContainerEvent } from './engine.ts';
import { exitCodeOf } from './exit-code.ts';
import { parseTimestamp, renderTimestamp } from './log-entry.ts';

/**
 * A container as it certainly is after an event, without asking the engine: gone after `destroy`, for IDs are never used
 * again, and ended after a `die` of the run that is known. Whatever else an event says must be looked up, so every other
 * one leaves the container as it is.
 */
export function afterEvent(container: Container | undefined, event: ContainerEvent): Container | undefined {
  if (event.action === 'destroy') return undefined;
  if (event.action !== 'die' || container === undefined || !belongsToRun(container.state, event)) return container;
  const exitCode = exitCodeOf(event.attributes) ?? container.state.exitCode;
  const finishedAt = renderTimestamp(event.timeNano);
  const ended = { running: false, paused: false, restarting: false, pid: 0, exitCode, finishedAt };
  return { ...container, state: { ...container.state, ...ended } };
}

/**
 * Whether an event happened after a container was started for the last time that is known. Engines replay events, so one
 * may be older than what is known; an event or a start without a time says nothing.
 */
export function belongsToRun(
  { startedAt }: Pick<ContainerState, 'startedAt'>,
  { timeNano }: Pick<ContainerEvent, 'timeNano'>,
): boolean {
  const startedNano = parseTimestamp(startedAt);
  return startedNano !== undefined && startedNano > 0n && timeNano > startedNano;
}

import { belongsToRun, type Container, type ContainerEvent, parseSignal } from '@wharf/docker-watcher';
import { isRunning } from '../services/serving.ts';

/** A container that was asked to stop, and does not stop answering until its process has ended. */
export interface Draining {
  /** The run that was asked to: another one was not. */
  readonly startedAt: string;
  /** When it was asked, by the engine's clock. */
  readonly askedNano: bigint;
  /** Whoever still runs at this time does not mean to stop. */
  readonly untilMs: number;
}

const SIGKILL = 9;

/**
 * What an event says about the draining of a container: it begins, or begins anew, with the container's own stop signal
 * and with the one that no process survives. Other signals are the application's business: many reload on SIGHUP or
 * SIGUSR1. Signals to an earlier run, as engines replay them, change nothing.
 * @param draining what is known up to now
 */
export function drainingAfter(
  draining: Draining | undefined,
  container: Container | undefined,
  event: ContainerEvent,
  untilMs: number,
): Draining | undefined {
  if (container === undefined || !isRunning(container) || !asksToStop(event, container)) return draining;
  if (!belongsToRun(container.state, event)) return draining;
  if (draining !== undefined && draining.askedNano >= event.timeNano) return draining;
  return { startedAt: container.state.startedAt, askedNano: event.timeNano, untilMs };
}

/** Whether what is known of the draining of a container holds for the container as it is now. */
export function isDraining({ startedAt }: Draining, container: Container | undefined): boolean {
  return container !== undefined && isRunning(container) && container.state.startedAt === startedAt;
}

function asksToStop({ action, attributes }: ContainerEvent, { stopSignal }: Container): boolean {
  if (action !== 'kill') return false;
  const signal = parseSignal(attributes['signal'] ?? '');
  return signal === SIGKILL || (signal !== undefined && signal === stopSignal);
}

import type { Clock, Logger } from '@wharf/agent';
import type { MessageQueue } from '../queue/message-queue.ts';
import type { Lookup } from './lookup.ts';
import type { RouteMeter } from './route-meter.ts';

/** Takes messages from a route's queue to its destination. */
export interface Transport {
  /** Begins; whether the destination can be reached is `trouble`. Called once. */
  start(): void;
  /** Sends what is queued, or as much of it as it can until `giveUp` aborts, and lets go of everything. */
  stop(giveUp: AbortSignal): Promise<void>;
  /** Why nothing can be sent at present, as the end of a sentence; undefined when all is well. */
  readonly trouble: string | undefined;
  /** Where messages go at present, for people: `10.0.0.7:514`. */
  readonly peer: string | undefined;
}

/** What every transport works with. */
export interface TransportContext {
  readonly queue: MessageQueue;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  readonly meter: RouteMeter;
  readonly lookup: Lookup;
}

/** The two stages of a transport's end. */
export interface Stopper {
  /** Send what is queued, then end. */
  readonly closing: AbortSignal;
  /** End now. */
  readonly aborting: AbortSignal;
  /** Enters the first stage, and the second when `giveUp` aborts; resolves when `running` has. */
  readonly stopping: (giveUp: AbortSignal, running: Promise<void>) => Promise<void>;
}

export function createStopper(): Stopper {
  const closing = new AbortController();
  const aborting = new AbortController();
  return {
    closing: closing.signal,
    aborting: aborting.signal,
    async stopping(giveUp, running) {
      const abort = (): void => aborting.abort();
      closing.abort();
      giveUp.addEventListener('abort', abort, { once: true });
      if (giveUp.aborted) abort();
      await running;
      giveUp.removeEventListener('abort', abort);
    },
  };
}

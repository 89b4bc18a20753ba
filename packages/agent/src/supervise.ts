import { once } from 'node:events';
import type { Agent } from './agent.ts';
import type { Clock } from './clock.ts';
import { describeError } from './describe-error.ts';
import { createEchoFilter } from './interrupt-echo.ts';
import { logFailedStart } from './log-failed-start.ts';
import type { Logger } from './logger.ts';

/** The signals that an agent understands. */
export type AgentSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP';

/** What the process hears from outside and from its own faults. */
export interface ProcessEvents {
  /** Both return a function that ends the subscription. */
  onSignal(listener: (signal: AgentSignal) => void): () => void;
  /** An exception that nobody caught or a rejection that nobody handled. */
  onCrash(listener: (error: unknown) => void): () => void;
}

/** What `supervise` works with. */
export interface Supervision {
  readonly events: ProcessEvents;
  readonly log: Logger;
  readonly clock: Clock;
  /** How long an orderly stop may take before the process ends without it, in milliseconds. */
  readonly stopDeadlineMs: number;
}

/**
 * Starts an agent, waits for SIGTERM or SIGINT and stops it. Resolves to the process's exit code: 0 after an orderly
 * stop; 1 when it cannot start, when stopping fails, outlasts the deadline or is cut short by a second signal, and
 * when the process crashes. One Ctrl-C counts once, however many times SIGINT comes of it.
 */
export async function supervise(agent: Agent, supervision: Supervision): Promise<number> {
  const { events, log, clock, stopDeadlineMs } = supervision;
  const stopAsked = new AbortController();
  const cutShort = Promise.withResolvers<number>();
  let isStopping = false;
  let cancelDeadline = (): void => undefined;

  const isEcho = createEchoFilter(clock);
  const stopListening = events.onSignal((signal) => {
    if (signal === 'SIGINT' && isEcho()) return;
    if (signal === 'SIGHUP') {
      log.info({ signal }, 'nothing to reload: options are read at the start only');
    } else if (isStopping) {
      log.warn({ signal }, 'a second signal: ending at once');
      cutShort.resolve(1);
    } else {
      isStopping = true;
      log.info({ signal }, 'stopping');
      cancelDeadline = clock.schedule(stopDeadlineMs, () => {
        log.error({ deadlineMs: stopDeadlineMs }, 'stopping takes too long: ending without it');
        cutShort.resolve(1);
      });
      stopAsked.abort();
    }
  });
  const stopWatching = events.onCrash((error) => {
    log.error({ err: error }, `crashed: ${describeError(error)}`);
    cutShort.resolve(1);
  });

  try {
    return await Promise.race([live(agent, supervision, stopAsked.signal), cutShort.promise]);
  } finally {
    cancelDeadline();
    stopListening();
    stopWatching();
  }
}

async function live(agent: Agent, { log }: Supervision, stopAsked: AbortSignal): Promise<number> {
  let exitCode = 0;
  try {
    await agent.start(stopAsked);
    if (!stopAsked.aborted) {
      log.info({}, 'started');
      await once(stopAsked, 'abort');
    }
  } catch (error) {
    logFailedStart(log, error);
    exitCode = 1;
  }
  try {
    await agent.stop();
    log.info({}, 'stopped');
  } catch (error) {
    log.error({ err: error }, `stopping failed: ${describeError(error)}`);
    exitCode = 1;
  }
  return exitCode;
}

import { backoffDelayMs, defaultBackoff, type MetricValues } from '@wharf/agent';
import type { Entry, Revision } from '@wharf/etcd-client';
import type { DataState } from '../answer/answer-message.ts';
import type { AnswerConfig } from '../config.ts';
import { createRecordMirror, type RecordMirror } from './record-mirror.ts';
import { type RunningThread, type RunningThreadOptions, runThread } from './running-thread.ts';
import type { ThreadOrder } from './thread-messages.ts';

/** What is known, which a thread is told when it starts. */
export interface KnownFacts {
  entries(): Iterable<Entry>;
  /** Of the entries; undefined while nothing was read. */
  revision(): Revision | undefined;
  state(): DataState;
  answers(): AnswerConfig;
}

export interface ThreadSlotOptions extends Omit<RunningThreadOptions, 'onListening' | 'onEnd'> {
  readonly known: KnownFacts;
  readonly random: () => number;
  readonly onServing: (isServing: boolean) => void;
  /** Told of each thread that served, or was started again, and ended though nobody wanted that. */
  readonly onLost: () => void;
}

/** A place for one thread at a time: one that ends is started again, later each time. */
export interface ThreadSlot {
  /** Tells the thread what the store holds. */
  readonly mirror: RecordMirror;
  /** To a thread that is gone nothing is said: the next is told everything. */
  readonly post: (order: ThreadOrder) => void;
  /**
   * Resolves when the first thread listens.
   * @throws ListenError when it cannot
   * @throws Error when it ends without saying why
   */
  start(): Promise<void>;
  /** What its thread has counted; undefined when it does not say so in time, or there is none. */
  measure(): Promise<MetricValues | undefined>;
  /** Resolves when its thread has ended. */
  stop(): Promise<void>;
}

export function createThreadSlot(options: ThreadSlotOptions): ThreadSlot {
  const { settings, known, clock, log, random, onServing, onLost } = options;
  const started = Promise.withResolvers<void>();
  let hasStarted = false;
  let isStopping = false;
  let thread: RunningThread | undefined;
  let losses = 0;
  let cancelRestart = (): void => undefined;

  const post = (order: ThreadOrder): void => thread?.post(order);
  const mirror = createRecordMirror({
    post,
    entries: () => known.entries(),
    defer: (run) => void clock.schedule(0, run),
  });

  const onListening = (): void => {
    hasStarted = true;
    onServing(true);
    started.resolve();
  };

  const onEnd = (error: Error): void => {
    thread = undefined;
    mirror.stop();
    onServing(false);
    if (!hasStarted) return started.reject(error);
    if (isStopping) return;
    onLost();
    const delayMs = backoffDelayMs(losses++, defaultBackoff, random);
    log.error({ reason: error.message, delayMs }, 'a serving thread has ended and is started again');
    cancelRestart = clock.schedule(delayMs, run);
  };

  const run = (): void => {
    const config = { ...settings.config, answers: known.answers() };
    thread = runThread({ ...options, settings: { ...settings, config }, onListening, onEnd });
    post({ type: 'state', state: known.state() });
    const revision = known.revision();
    if (revision !== undefined) mirror.tellAll(revision);
  };

  return {
    mirror,
    post,
    start() {
      run();
      return started.promise;
    },
    measure: async () => thread?.measure(),
    async stop() {
      isStopping = true;
      cancelRestart();
      mirror.stop();
      await thread?.stop();
    },
  };
}

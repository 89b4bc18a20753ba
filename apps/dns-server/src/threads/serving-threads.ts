import { backoffDelayMs, type Clock, defaultBackoff, type Logger, type MetricValues } from '@wharf/agent';
import type { Entry, KeyStore, PrefixSink, Revision } from '@wharf/etcd-client';
import type { DataState } from '../answer/answer-message.ts';
import type { AnswerConfig } from '../config.ts';
import { ListenError } from '../io/listen-error.ts';
import { createRecordMirror, type RecordMirror } from './record-mirror.ts';
import { teeSink } from './tee-sink.ts';
import type { ThreadOrder, ThreadReport, ThreadSettings } from './thread-messages.ts';

/** A thread that was started. */
export interface StartedThread {
  post(order: ThreadOrder): void;
  /** Ends it at once. */
  terminate(): void;
}

/** Who hears from a thread; `onEnd` comes last, and once. */
export interface ThreadListener {
  onReport(report: ThreadReport): void;
  onEnd(reason: string): void;
}

/** Starts a thread. */
export type StartThread = (settings: ThreadSettings, listener: ThreadListener) => StartedThread;

/** What is known, which a thread is told when it starts. */
export interface KnownFacts {
  entries(): Iterable<Entry>;
  /** Of the entries; undefined while nothing was read. */
  revision(): Revision | undefined;
  state(): DataState;
  answers(): AnswerConfig;
}

export interface ServingThreadsOptions {
  readonly count: number;
  readonly settings: ThreadSettings;
  readonly known: KnownFacts;
  readonly store: Pick<KeyStore, 'inspectLease'>;
  readonly startThread: StartThread;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** Told how many of them answer, whenever that changes. */
  readonly onServing: (count: number) => void;
  /** Told of each thread that ended though nobody wanted that. */
  readonly onLost: () => void;
}

/** Threads that answer the same address as this one, from the same records. */
export interface ServingThreads extends PrefixSink {
  /**
   * Resolves when all of them listen.
   * @throws ListenError
   */
  start(): Promise<void>;
  /** Tells them everything again: what is known came from elsewhere than the store. */
  tellAll(revision: Revision): void;
  setState(state: DataState): void;
  configure(answers: AnswerConfig): void;
  /** What each that answers in time has counted. */
  measure(): Promise<readonly MetricValues[]>;
  /** Resolves when all of them have ended. */
  stop(): Promise<void>;
}

/** How long a thread may take to say what it has counted. */
const MEASURE_TIMEOUT_MS = 1_000;

/** How long a thread may take to send what it owes. */
const STOP_TIMEOUT_MS = 3_000;

/** Keeps the threads running: one that ends is started again, later each time. */
export function createServingThreads(options: ServingThreadsOptions): ServingThreads {
  const serving = new Set<number>();
  const slots = Array.from({ length: options.count }, (_, at) =>
    createSlot(options, (isServing) => {
      if (isServing) serving.add(at);
      else serving.delete(at);
      options.onServing(serving.size);
    }),
  );
  const forAll = (act: (slot: Slot) => void): void => {
    for (const slot of slots) act(slot);
  };
  return {
    ...teeSink(...slots.map(({ mirror }) => mirror)),
    async start() {
      await Promise.all(slots.map((slot) => slot.start()));
    },
    tellAll: (revision) => forAll(({ mirror }) => mirror.tellAll(revision)),
    setState: (state) => forAll(({ post }) => post({ type: 'state', state })),
    configure: (answers) => forAll(({ post }) => post({ type: 'configure', answers })),
    async measure() {
      const measured = await Promise.all(slots.map((slot) => slot.measure()));
      return measured.filter((values) => values !== undefined);
    },
    async stop() {
      await Promise.all(slots.map((slot) => slot.stop()));
    },
  };
}

/** A place for one thread at a time. */
interface Slot {
  readonly mirror: RecordMirror;
  readonly post: (order: ThreadOrder) => void;
  start(): Promise<void>;
  measure(): Promise<MetricValues | undefined>;
  stop(): Promise<void>;
}

function createSlot(options: ServingThreadsOptions, onServing: (isServing: boolean) => void): Slot {
  const { settings, known, store, startThread, clock, log, random } = options;
  let thread: StartedThread | undefined;
  let isStopping = false;
  let losses = 0;
  const measuring: ((values: MetricValues | undefined) => void)[] = [];
  let cancelRestart = (): void => undefined;
  const ended = Promise.withResolvers<void>();

  // To a thread that is gone nothing is said: the next is told everything.
  const post = (order: ThreadOrder): void => thread?.post(order);
  const mirror = createRecordMirror({
    post,
    entries: () => known.entries(),
    defer: (run) => void clock.schedule(0, run),
  });

  const inspect = async ({ id, lease }: ThreadReport & { readonly type: 'inspect' }): Promise<void> => {
    try {
      const state = await store.inspectLease(lease);
      post({ type: 'inspected', id, ...(state === undefined ? {} : { state }) });
    } catch (error) {
      post({ type: 'inspected', id, error: String(error) });
    }
  };

  const run = (onListening: () => void, onRefused: (error: Error) => void): void => {
    const onReport = (report: ThreadReport): void => {
      if (report.type === 'log') log[report.level](report.fields, report.message);
      else if (report.type === 'inspect') void inspect(report);
      else if (report.type === 'measured') measuring.shift()?.(report.values);
      else if (report.type === 'listening') {
        onServing(true);
        onListening();
      } else {
        isStopping = true;
        onRefused(new ListenError(report.code, report.message));
        post({ type: 'stop' });
      }
    };
    const onEnd = (reason: string): void => {
      thread = undefined;
      onServing(false);
      mirror.stop();
      for (const give of measuring.splice(0)) give(undefined);
      if (isStopping) return ended.resolve();
      onRefused(new Error(`a serving thread ended: ${reason}`));
      options.onLost();
      const delayMs = backoffDelayMs(losses++, defaultBackoff, random);
      log.error({ reason, delayMs }, 'a serving thread has ended and is started again');
      cancelRestart = clock.schedule(delayMs, () => run(onListening, onRefused));
    };
    thread = startThread(
      { ...settings, config: { ...settings.config, answers: known.answers() } },
      { onReport, onEnd },
    );
    post({ type: 'state', state: known.state() });
    const revision = known.revision();
    if (revision !== undefined) mirror.tellAll(revision);
  };

  return {
    mirror,
    post,
    start: () => new Promise((resolve, reject) => run(resolve, reject)),
    measure: () =>
      new Promise((resolve) => {
        if (thread === undefined) return resolve(undefined);
        const cancel = clock.schedule(MEASURE_TIMEOUT_MS, () => resolve(undefined));
        measuring.push((values) => {
          cancel();
          resolve(values);
        });
        post({ type: 'measure' });
      }),
    async stop() {
      isStopping = true;
      cancelRestart();
      mirror.stop();
      if (thread === undefined) return;
      post({ type: 'stop' });
      const cancel = clock.schedule(STOP_TIMEOUT_MS, () => thread?.terminate());
      await ended.promise;
      cancel();
    },
  };
}

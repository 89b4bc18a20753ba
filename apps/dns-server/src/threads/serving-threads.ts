import type { MetricValues } from '@wharf/agent';
import type { PrefixSink, Revision } from '@wharf/etcd-client';
import type { DataState } from '../answer/answer-message.ts';
import type { AnswerConfig } from '../config.ts';
import { teeSink } from './tee-sink.ts';
import { createThreadSlot, type ThreadSlot, type ThreadSlotOptions } from './thread-slot.ts';

export interface ServingThreadsOptions extends Omit<ThreadSlotOptions, 'onServing'> {
  readonly count: number;
  /** Told how many of them answer, whenever that changes. */
  readonly onServing: (count: number) => void;
}

/** Threads that answer the same address as this one, from the same records. */
export interface ServingThreads extends PrefixSink {
  /**
   * Resolves when all of them listen.
   * @throws ListenError when one of them cannot
   * @throws Error when one of them ends without saying why
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

/** Keeps the threads running, once all of them have started. */
export function createServingThreads(options: ServingThreadsOptions): ServingThreads {
  const serving = new Set<number>();
  const slots = Array.from({ length: options.count }, (_, at) =>
    createThreadSlot({
      ...options,
      onServing(isServing) {
        if (isServing) serving.add(at);
        else serving.delete(at);
        options.onServing(serving.size);
      },
    }),
  );
  const forAll = (act: (slot: ThreadSlot) => void): void => {
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

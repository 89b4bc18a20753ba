import type { Clock, Logger, MetricValues } from '@wharf/agent';
import type { KeyStore } from '@wharf/etcd-client';
import { ListenError } from '../io/listen-error.ts';
import type { ThreadOrder, ThreadReport, ThreadSettings } from './thread-messages.ts';

/** A thread that was started. */
export interface StartedThread {
  post(order: ThreadOrder): void;
  /** Ends it at once. */
  terminate(): void;
}

/** Who hears from a thread, once the call that started it has returned; `onEnd` comes last, and once. */
export interface ThreadListener {
  onReport(report: ThreadReport): void;
  onEnd(reason: string): void;
}

/** Starts a thread. */
export type StartThread = (settings: ThreadSettings, listener: ThreadListener) => StartedThread;

export interface RunningThreadOptions {
  readonly settings: ThreadSettings;
  readonly store: Pick<KeyStore, 'inspectLease'>;
  readonly startThread: StartThread;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onListening: () => void;
  /** Told once, last; a `ListenError` when it could not listen. */
  readonly onEnd: (error: Error) => void;
}

/** One thread from its start to its end, and what it asks for meanwhile. */
export interface RunningThread {
  readonly post: (order: ThreadOrder) => void;
  /** What it has counted; undefined when it does not say so in time. */
  measure(): Promise<MetricValues | undefined>;
  /** Resolves when it has ended. */
  stop(): Promise<void>;
}

/** How long a thread may take to say what it has counted. */
const MEASURE_TIMEOUT_MS = 1_000;

/** How long a thread may take to send what it owes: it may wait for other name servers, and then for TCP clients. */
const STOP_TIMEOUT_MS = 4_000;

export function runThread(options: RunningThreadOptions): RunningThread {
  const { store, clock, log } = options;
  const ended = Promise.withResolvers<void>();
  /** What it was asked for and has not said yet. */
  let measured: PromiseWithResolvers<MetricValues | undefined> | undefined;
  let stopping: Promise<void> | undefined;
  let refusal: ListenError | undefined;

  const inspect = async ({ id, lease }: ThreadReport & { readonly type: 'inspect' }): Promise<void> => {
    try {
      const state = await store.inspectLease(lease);
      thread.post({ type: 'inspected', id, ...(state === undefined ? {} : { state }) });
    } catch (error) {
      thread.post({ type: 'inspected', id, error: String(error) });
    }
  };

  const takeMeasured = (values: MetricValues | undefined): void => {
    measured?.resolve(values);
    measured = undefined;
  };

  const stop = async (): Promise<void> => {
    thread.post({ type: 'stop' });
    const cancel = clock.schedule(STOP_TIMEOUT_MS, () => thread.terminate());
    await ended.promise;
    cancel();
  };

  const thread = options.startThread(options.settings, {
    onReport(report) {
      if (report.type === 'log') log[report.level](report.fields, report.message);
      else if (report.type === 'inspect') void inspect(report);
      else if (report.type === 'measured') takeMeasured(report.values);
      else if (report.type === 'listening') options.onListening();
      else {
        refusal = new ListenError(report.code, report.message);
        stopping ??= stop();
      }
    },
    onEnd(reason) {
      takeMeasured(undefined);
      ended.resolve();
      options.onEnd(refusal ?? new Error(`a serving thread ended: ${reason}`));
    },
  });

  return {
    post: (order) => thread.post(order),
    async measure() {
      if (measured === undefined) {
        measured = Promise.withResolvers();
        thread.post({ type: 'measure' });
      }
      const late = Promise.withResolvers<undefined>();
      const cancel = clock.schedule(MEASURE_TIMEOUT_MS, () => late.resolve(undefined));
      const values = await Promise.race([measured.promise, late.promise]);
      cancel();
      return values;
    },
    stop: () => (stopping ??= stop()),
  };
}

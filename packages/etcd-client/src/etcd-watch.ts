import type { Clock } from '@wharf/agent';
import type { IWatchResponse, WatchClient } from 'etcd3';
import type { EtcdEndpoints } from './etcd-endpoints.ts';
import { isAnswerTooLarge } from './etcd-error.ts';
import { byRevision, prefixRange } from './etcd-messages.ts';
import type { Revision, WatchEnd, WatchListener, WatchStream } from './key-store.ts';

export interface EtcdWatchRequest {
  readonly prefix: string;
  readonly fromRevision: Revision;
  readonly listener: WatchListener;
  /** Nothing heard for so long, although asked for, is the end of the stream. */
  readonly silenceMs: number;
  /**
   * Asks the store whether its history reaches a revision; resolves to the end of the watch if not. It is a call like
   * any other, so that a token which etcd forgot is renewed before the stream is opened with it.
   */
  readonly checkHistory: (fromRevision: Revision) => Promise<WatchEnd | undefined>;
  readonly onGone: () => void;
}

const TICKS_IN_SILENCE = 4;

type Stream = Awaited<ReturnType<WatchClient['watch']>>;

/**
 * One watch on one stream of its own. The stream is asked for its progress whenever it is quiet for a quarter of
 * `silenceMs`; the answer's revision is not used: etcd before 3.4.25 and 3.5.8 may send it before the changes it covers.
 * etcd's gRPC proxy never answers that question, and goes on with the stream when the etcd behind it is away or another
 * one. So where it was never answered, what keeps the stream is a look at the history.
 */
export function openEtcdWatch(endpoints: EtcdEndpoints, clock: Clock, request: EtcdWatchRequest): WatchStream {
  const { prefix, fromRevision, listener, silenceMs } = request;
  const what = `watch ${prefix} from revision ${fromRevision}`;
  let endpoint = endpoints.current();
  let stream: Stream | undefined;
  let cancelTick: () => void = () => undefined;
  let heardMs = clock.monotonicMs();
  let fragments: IWatchResponse['events'] = [];
  let ended = false;
  /** What the next change has at least. */
  let nextRevision = fromRevision;
  /** The newest revision of the store that the stream told of. */
  let storeRevision = fromRevision;
  let progress: 'not asked' | 'asked' | 'answered' = 'not asked';
  let isLooking = false;
  let quietTicks = 0;

  const finish = (end: WatchEnd): void => {
    if (ended) return;
    ended = true;
    cancelTick();
    if (stream !== undefined) cancel(stream);
    request.onGone();
    listener.onEnd(end);
  };

  /** A stream that we ended ourselves says CANCELLED, which is no fault of the endpoint. */
  const fail = (error: unknown): void => {
    if (ended) return;
    if (isAnswerTooLarge(error)) {
      // The proxy does not cut what it catches up with into fragments; a listing has pages that fit.
      finish({ reason: 'compacted', compactRevision: storeRevision });
      return;
    }
    const translated = endpoints.errorOf(error, what, endpoint);
    if (translated.code === 'closed') finish({ reason: 'closed' });
    else {
      if (translated.code === 'unavailable') endpoints.failed(endpoint);
      finish({ reason: 'disconnected', error: translated });
    }
  };

  const deliver = (events: IWatchResponse['events']): void => {
    for (const { revision, changes } of byRevision(events)) {
      if (ended) return;
      nextRevision = revision + 1;
      listener.onChanges(changes, revision);
    }
  };

  const receive = (response: IWatchResponse): void => {
    if (ended) return;
    heardMs = clock.monotonicMs();
    quietTicks = 0;
    if (response.canceled) {
      const compactRevision = Number(response.compact_revision);
      if (compactRevision > 0) finish({ reason: 'compacted', compactRevision });
      else fail(new Error(`2 UNKNOWN: ${response.cancel_reason || 'etcd ended the watch without a reason'}`));
      return;
    }
    storeRevision = Math.max(storeRevision, Number(response.header.revision));
    if (response.created) listener.onOpen();
    else if (response.events.length === 0) progress = 'answered';
    fragments = fragments.length === 0 ? response.events : fragments.concat(response.events);
    if (response.fragment) return;
    const whole = fragments;
    fragments = [];
    deliver(whole);
  };

  /** Anything else than a good answer is left to the silence that goes on. */
  const lookAtHistory = async (): Promise<void> => {
    if (isLooking) return;
    isLooking = true;
    try {
      const missing = await request.checkHistory(nextRevision);
      if (missing !== undefined) finish(missing);
      else if (endpoints.current() === endpoint) {
        heardMs = clock.monotonicMs();
        quietTicks = 0;
      }
    } catch {
      return;
    } finally {
      isLooking = false;
    }
  };

  const askForProgress = (): void => {
    if (progress === 'asked') {
      void lookAtHistory();
      return;
    }
    if (progress === 'not asked') progress = 'asked';
    stream?.write({ progress_request: {} });
  };

  const tick = (): void => {
    const quietMs = clock.monotonicMs() - heardMs;
    const isQuiet = quietMs >= silenceMs / TICKS_IN_SILENCE;
    // While this process itself was held up, nobody listened: what has come meanwhile is read after the timers.
    if (isQuiet && ++quietTicks >= TICKS_IN_SILENCE) {
      fail(new Error(`14 UNAVAILABLE: nothing was heard for ${Math.round(quietMs)} ms`));
      return;
    }
    if (isQuiet) askForProgress();
    cancelTick = clock.schedule(silenceMs / TICKS_IN_SILENCE, tick);
  };

  const open = async (): Promise<void> => {
    const missing = await request.checkHistory(fromRevision);
    if (ended) return;
    if (missing !== undefined) {
      finish(missing);
      return;
    }
    endpoint = endpoints.current();
    const opened = await endpoint.client.watchClient.watch();
    opened.on('error', fail);
    if (ended) {
      cancel(opened);
      return;
    }
    stream = opened;
    opened.on('data', receive);
    opened.on('end', () => fail(new Error('14 UNAVAILABLE: etcd ended the stream')));
    opened.write({ create_request: { ...prefixRange(prefix), start_revision: fromRevision, fragment: true } });
    heardMs = clock.monotonicMs();
    tick();
  };

  open().catch(fail);
  return { close: () => finish({ reason: 'closed' }) };
}

/**
 * Ended first: etcd3 takes the error of a stream that can still be written to for one of the endpoint, and closes all its
 * channels, which fails whatever call is about to begin.
 */
function cancel(stream: Stream): void {
  stream.end();
  stream.cancel();
}

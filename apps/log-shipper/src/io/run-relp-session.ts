import { type Clock, sleep } from '@wharf/agent';
import type { MessageQueue } from '../queue/message-queue.ts';
import { createWaiters, type Waiters } from '../queue/waiters.ts';
import type { RelpSession, RelpStep } from '../relp/relp-session.ts';
import type { SessionOutcome } from '../relp/suspicion.ts';
import type { RouteMeter } from './route-meter.ts';
import type { SessionContext } from './stream-transport.ts';

export interface RelpRun extends SessionContext {
  /** Not started yet. */
  readonly session: RelpSession;
  readonly queue: MessageQueue;
  readonly clock: Clock;
  readonly meter: RouteMeter;
  /** The receiver does not take a message; `dropped` counts those that were given up. */
  readonly onRefusal: (answer: string, dropped: number) => void;
  /** What is sent of the first message; all of it unless something is held against it. */
  readonly cutFirst: (message: Buffer) => Buffer;
}

export interface RelpRunEnd extends SessionOutcome {
  /** As the end of a sentence. */
  readonly reason: string;
}

/** How much is handed to the kernel at once. */
const WRITE_BYTES = 64 * 1024;
/** How long room in the window is gathered. */
const GATHER_MS = 1;

/**
 * Sends what the queue holds and confirms what the receiver acknowledges, until the connection is lost, the session
 * fails or, when closing or leaving, all is acknowledged and the session closed. What was not acknowledged is put back.
 */
export async function runRelpSession(run: RelpRun): Promise<RelpRunEnd> {
  const { connection, session, queue, clock, closing, leaving } = run;
  const over = new AbortController();
  const changed = createWaiters();
  let end = { reason: '', byReceiver: true };

  const finish = (reason: string, byReceiver: boolean): void => {
    if (over.signal.aborted) return;
    end = { reason, byReceiver };
    over.abort();
    // A write that the kernel does not take would otherwise wait for ever.
    if (reason !== '') connection.destroy();
  };
  const apply = (step: RelpStep, byReceiver: boolean): Promise<unknown> => {
    takeResults(run, step);
    const written = step.write.length === 0 ? undefined : connection.write(Buffer.concat(step.write));
    if (step.end !== undefined) finish(step.end, byReceiver);
    timer.update();
    changed.wake();
    return written ?? Promise.resolve();
  };
  const timer = createTimer(run, (step) => void apply(step, false));
  const onLost = (): void => finish(connection.lossReason, true);
  const onClosing = (): void => {
    if (queue.messages === 0 && !session.isOpen) finish('', false);
  };
  const onLeaving = (): void => {
    if (!session.isOpen) finish('', false);
  };
  connection.lost.addEventListener('abort', onLost, { once: true });
  closing.addEventListener('abort', onClosing, { once: true });
  leaving.addEventListener('abort', onLeaving, { once: true });
  connection.listen((bytes) => {
    if (over.signal.aborted) return;
    const wasOpen = session.isOpen;
    const step = session.receive(bytes, clock.monotonicMs());
    if (session.isOpen && !wasOpen) run.onReady();
    void apply(step, true);
  });

  void apply(session.start(clock.monotonicMs()), false);
  if (connection.lost.aborted) onLost();
  if (closing.aborted) onClosing();
  await sendMessages(run, { over: over.signal, changed, apply: (step) => apply(step, false) });
  timer.cancel();
  closing.removeEventListener('abort', onClosing);
  if (end.reason === '') await connection.end();
  connection.destroy();
  queue.rewind();
  const { confirmed, outstanding, oldest } = session;
  return { ...end, confirmed, outstanding, oldest };
}

function takeResults({ queue, meter, onRefusal }: RelpRun, { confirmed, refused, refusal }: RelpStep): void {
  if (refusal !== undefined) onRefusal(refusal, refused);
  if (confirmed === 0) return;
  queue.confirm(confirmed);
  meter.queue(queue);
}

interface Sending {
  /** The session is. */
  readonly over: AbortSignal;
  /** Woken after each event of the session. */
  readonly changed: Waiters;
  /** Resolves when the kernel has taken what is to be written. */
  readonly apply: (step: RelpStep) => Promise<unknown>;
}

/** Sends as the window allows, one write at a time, and at last closes the session; resolves when it is over. */
async function sendMessages(run: RelpRun, { over, changed, apply }: Sending): Promise<void> {
  const { session, queue, clock, meter, closing, leaving } = run;
  const wake = AbortSignal.any([over, closing, leaving]);
  let isFirst = true;
  while (!over.aborted) {
    if (session.room === 0) {
      await changed.wait(over);
      continue;
    }
    // A little room is soon more, and one large write costs less than many small ones. Not for long: librelp holds further
    // answers back until TCP has acknowledged the first (Nagle's algorithm), which happens at once only with a write.
    if (session.room < session.outstanding) await sleep(clock, GATHER_MS, over);
    await queue.available(wake);
    if (over.aborted) return;
    const messages = leaving.aborted ? [] : queue.take(WRITE_BYTES, session.room);
    if (messages.length > 0) {
      const sent = isFirst
        ? messages.map((message, index) => (index === 0 ? run.cutFirst(message) : message))
        : messages;
      const step = session.send(sent, clock.monotonicMs());
      isFirst = false;
      await apply(step);
      meter.sent(messages.length, byteLength(step.write));
    } else if (session.outstanding > 0) await changed.wait(over);
    else if (closing.aborted || leaving.aborted) await apply(session.close(clock.monotonicMs()));
  }
}

/** One timer for what the session waits for. */
function createTimer({ session, clock }: RelpRun, onTick: (step: RelpStep) => void) {
  let cancelTimer: (() => void) | undefined;
  let timerAtMs = Number.POSITIVE_INFINITY;
  const cancel = (): void => {
    cancelTimer?.();
    cancelTimer = undefined;
    timerAtMs = Number.POSITIVE_INFINITY;
  };
  /** A timer that comes too early does no harm, and most deadlines move on before they are reached. */
  const update = (): void => {
    const { dueAtMs } = session;
    if (dueAtMs === undefined || timerAtMs <= dueAtMs) return;
    cancel();
    timerAtMs = dueAtMs;
    cancelTimer = clock.schedule(Math.max(0, Math.ceil(dueAtMs - clock.monotonicMs())), () => {
      cancel();
      onTick(session.tick(clock.monotonicMs()));
    });
  };
  return { update, cancel };
}

function byteLength(buffers: readonly Buffer[]): number {
  return buffers.reduce((sum, { length }) => sum + length, 0);
}

import { createOutstanding, type OutstandingMessage, type RetryPolicy } from './outstanding.ts';
import { nextTxnr, type RelpFrame, renderRelpFrames } from './relp-frame.ts';
import { createRelpFrameParser } from './relp-frame-parser.ts';
import { offersProblem, parseRelpOffers, type RelpOffers, renderRelpOffers } from './relp-offers.ts';
import { parseRelpResponse } from './relp-response.ts';

export interface RelpSessionSettings extends RetryPolicy {
  /** The most messages that are sent and not acknowledged: so many may come twice when a connection is lost. */
  readonly windowMessages: number;
  /** A session that the receiver has not opened by then is over. */
  readonly openTimeoutMs: number;
  /** So is one in which messages wait and nothing was answered for so long. */
  readonly responseTimeoutMs: number;
  /** Names this side: `name,version`. */
  readonly software: string;
}

export const relpSessionDefaults: Omit<RelpSessionSettings, 'software'> = {
  windowMessages: 1_024,
  openTimeoutMs: 10_000,
  responseTimeoutMs: 30_000,
  attempts: 3,
  retryDelayMs: 1_000,
};

/** What is to be done after an event, in this order. */
export interface RelpStep {
  readonly write: readonly Buffer[];
  /** So many of the oldest messages are done with, those refused for good included. */
  readonly confirmed: number;
  /** How many messages were given up. */
  readonly refused: number;
  /** What the receiver said of the last message that it refused, whether it is sent again or not. */
  readonly refusal: string | undefined;
  /** The session is over: as it was asked for when empty, or else why, as the end of a sentence. */
  readonly end: string | undefined;
}

/**
 * The client's side of one RELP session, without the connection: events go in, and each returns what is to be done.
 *
 * - `opening`: offers are sent, nothing may follow before the receiver has answered them;
 * - `open`: messages are sent and acknowledged, in any order, but confirmed from the oldest on. The window grows from
 *   one by every message that is accepted, so that a message which makes the receiver end the session comes to stand alone;
 * - `closing`: the end is announced;
 * - `over`: every further event does nothing.
 */
export interface RelpSession {
  /** The connection is there. Called first, and once. */
  start(nowMs: number): RelpStep;
  /** The receiver takes messages. */
  readonly isOpen: boolean;
  /** How many messages `send` takes at present. */
  readonly room: number;
  /** Sends the next messages, at most `room`; they must stay as they are until they are confirmed. */
  send(messages: readonly Buffer[], nowMs: number): RelpStep;
  receive(bytes: Buffer, nowMs: number): RelpStep;
  tick(nowMs: number): RelpStep;
  /** When `tick` has something to do, in monotonic milliseconds; undefined when nothing waits for time. */
  readonly dueAtMs: number | undefined;
  /** Announces the end; asked for when nothing is outstanding. */
  close(nowMs: number): RelpStep;
  /** Sent and not confirmed. */
  readonly outstanding: number;
  readonly oldest: OutstandingMessage | undefined;
  /** The messages confirmed so far. */
  readonly confirmed: number;
}

type State = 'opening' | 'open' | 'closing' | 'over';

export function createRelpSession(settings: RelpSessionSettings): RelpSession {
  const { windowMessages, openTimeoutMs, responseTimeoutMs, software } = settings;
  const parser = createRelpFrameParser();
  const outstanding = createOutstanding(settings);
  let state: State = 'opening';
  let txnr = 1;
  /** Of `open` while opening, of `close` while closing. */
  let ownTxnr: number | undefined;
  let accepted = 0;
  let confirmed = 0;
  /** Since when an answer has been waited for. */
  let quietSinceMs = 0;
  let step = emptyStep();

  const finish = (): RelpStep => {
    const done = outstanding.takeDone();
    confirmed += done;
    const finished = { ...step, confirmed: done };
    step = emptyStep();
    return finished;
  };
  const end = (reason: string): void => {
    if (state !== 'over') step.end = reason;
    state = 'over';
  };
  /** Writes frames of one command, and gives back the transaction of the first. */
  const write = (command: string, data: readonly Buffer[], nowMs: number): number => {
    if (outstanding.unanswered === 0) quietSinceMs = nowMs;
    const first = txnr;
    step.write.push(renderRelpFrames(command, first, data));
    for (let count = 0; count < data.length; count++) txnr = nextTxnr(txnr);
    return first;
  };

  const takeAnswer = (frame: RelpFrame, nowMs: number): void => {
    const answer = outstanding.answer(frame.txnr, frame.data, nowMs);
    if (answer === undefined) {
      end(`the receiver does not speak RELP: it answers transaction ${frame.txnr}, which is not open`);
      return;
    }
    quietSinceMs = nowMs;
    if (answer.kind === 'accepted') accepted++;
    else step.refusal = answer.text;
    if (answer.kind === 'refused') step.refused++;
  };
  const takeOpenAnswer = ({ data }: RelpFrame): void => {
    const { code, text, body } = parseRelpResponse(data);
    const problem =
      code === 200
        ? offersProblem(parseRelpOffers(body))
        : `the receiver refuses the RELP session: ${`${code} ${text}`.trim()}`;
    ownTxnr = undefined;
    if (problem === undefined) state = 'open';
    else end(problem);
  };
  const takeFrame = (frame: RelpFrame, nowMs: number): void => {
    if (state === 'over') return;
    if (frame.txnr === 0) {
      // What a server says unasked are hints; those that are not known do not matter.
      if (frame.command === 'serverclose') end(state === 'closing' ? '' : 'the receiver ends the RELP session');
    } else if (frame.command !== 'rsp') end('the receiver does not speak RELP: it sends a command');
    else if (frame.txnr !== ownTxnr) takeAnswer(frame, nowMs);
    else if (state === 'opening') takeOpenAnswer(frame);
    else end('');
  };

  const room = (): number => {
    if (state !== 'open' || outstanding.retryAtMs !== undefined) return 0;
    return Math.max(0, Math.min(windowMessages, 1 + accepted) - outstanding.size);
  };
  /** When nothing has come for too long; undefined while nothing is waited for. */
  const deadlineMs = (): number | undefined => {
    if (state === 'opening' || state === 'closing') return quietSinceMs + openTimeoutMs;
    return outstanding.unanswered > 0 ? quietSinceMs + responseTimeoutMs : undefined;
  };

  return {
    start(nowMs) {
      const offers: RelpOffers = new Map([
        ['relp_version', '0'],
        ['relp_software', software],
        ['commands', 'syslog'],
      ]);
      ownTxnr = write('open', [Buffer.from(renderRelpOffers(offers), 'latin1')], nowMs);
      return finish();
    },
    get isOpen() {
      return state === 'open';
    },
    get room() {
      return room();
    },
    send(messages, nowMs) {
      if (messages.length > room()) throw new RangeError(`${messages.length} messages where ${room()} have room`);
      if (messages.length > 0) outstanding.add(messages, write('syslog', messages, nowMs));
      return finish();
    },
    receive(bytes, nowMs) {
      if (state === 'over') return finish();
      const problem = parser.push(bytes, (frame) => takeFrame(frame, nowMs));
      if (problem !== undefined) end(problem);
      return finish();
    },
    tick(nowMs) {
      if (state === 'over') return finish();
      if (nowMs >= (deadlineMs() ?? Number.POSITIVE_INFINITY)) end(SILENCE[state]);
      const wasAnswered = outstanding.unanswered === 0;
      const due = outstanding.retry(txnr, nowMs);
      if (due.length === 0) return finish();
      if (wasAnswered) quietSinceMs = nowMs;
      write('syslog', due, nowMs);
      return finish();
    },
    get dueAtMs() {
      if (state === 'over') return undefined;
      const waits = [deadlineMs(), outstanding.retryAtMs].filter((atMs) => atMs !== undefined);
      return waits.length === 0 ? undefined : Math.min(...waits);
    },
    close(nowMs) {
      if (state !== 'open' || outstanding.size > 0) return finish();
      state = 'closing';
      ownTxnr = write('close', [NOTHING], nowMs);
      return finish();
    },
    get outstanding() {
      return outstanding.size;
    },
    get oldest() {
      return outstanding.oldest;
    },
    get confirmed() {
      return confirmed;
    },
  };
}

const NOTHING = Buffer.alloc(0);

/** What a session ends with when the receiver has been silent for too long. */
const SILENCE: Readonly<Record<State, string>> = {
  opening: 'the receiver does not open the RELP session',
  open: 'the receiver has stopped acknowledging',
  closing: 'the receiver does not answer the end of the RELP session',
  over: '',
};

function emptyStep() {
  return {
    write: [] as Buffer[],
    refused: 0,
    refusal: undefined as string | undefined,
    end: undefined as string | undefined,
  };
}

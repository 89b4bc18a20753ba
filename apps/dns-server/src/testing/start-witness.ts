import { setTimeout as delay } from 'node:timers/promises';
import { queryDns } from '@wharf/testkit';

/** The records that a witness asks for, below `skydns.local`; the test puts `steady` once and `changing` with each value. */
export const STEADY = { key: '/skydns/local/skydns/steady', name: 'steady.skydns.local', address: '10.9.9.9' };
export const CHANGING = { key: '/skydns/local/skydns/changing', name: 'changing.skydns.local' };
const NEVER = 'never.skydns.local';

const INTERVAL_MS = 50;

/** For how long an answer may be out of date without a mark: a silent store is noticed within 8 s, and the host is slow. */
const UNMARKED_MS = 15_000;

/** Extended errors 3 and 19 (RFC 8914): the answer may be out of date. */
const STALE_ERRORS: ReadonlySet<number | undefined> = new Set([3, 19]);

export interface Witness {
  /** The store is about to hold this number, above all earlier ones, at `CHANGING`. */
  writing(value: number): void;
  /** The store holds the number that was written last. */
  written(): void;
  /** Whether the newest answer had the value that was written last, without a mark. */
  caughtUp(): boolean;
  /** Resolves to all that was wrong with the answers, and whether any was marked as out of date. */
  stop(): Promise<{ readonly wrong: readonly string[]; readonly wasMarked: boolean }>;
}

/** The record of `CHANGING` that stands for a number. */
export function changingRecord(value: number): string {
  return JSON.stringify({ host: addressOf(value) });
}

/**
 * A client that asks every 50 ms for a record that never changes, for one that does and for a name that never exists.
 * Wrong is: no answer, another answer of the two that do not change, a number that was not written, one older than what was
 * answered before, and one that was replaced long ago without a mark that says so.
 */
export function startWitness(port: number, first: number): Witness {
  const wrong: string[] = [];
  const replacedMs = new Map<number, number>();
  const startedMs = performance.now();
  let newest = first;
  let held = first;
  let answered = first;
  let seenCurrent = false;
  let wasMarked = false;
  const stopping = new AbortController();

  const note = (askedMs: number, what: string): void => {
    wrong.push(`${Math.round(askedMs - startedMs)} ms: ${what}`);
  };

  const ask = async (name: string) => {
    const reply = await queryDns({ port, name, type: 'A', edns: {} });
    const isMarked = reply.edns?.extendedErrors.some((error) => STALE_ERRORS.has(error)) ?? false;
    wasMarked ||= isMarked;
    return { said: `${reply.rcode} ${reply.texts.map((text) => text.split(' ').at(-1)).join()}`, isMarked };
  };

  const round = async (): Promise<void> => {
    const askedMs = performance.now();
    const heldBefore = held;
    const [steady, never, changing] = await Promise.all([ask(STEADY.name), ask(NEVER), ask(CHANGING.name)]);
    if (steady.said !== `NOERROR ${STEADY.address}`) note(askedMs, `${STEADY.name}: ${steady.said}`);
    if (never.said !== 'NXDOMAIN ') note(askedMs, `${NEVER}: ${never.said}`);
    const value = valueOf(changing.said);
    if (value === undefined || value > newest) {
      note(askedMs, `${CHANGING.name}: ${changing.said}, which nobody wrote`);
      return;
    }
    if (value < answered) note(askedMs, `${CHANGING.name}: ${value} after ${answered}`);
    if (!changing.isMarked && askedMs - (replacedMs.get(value) ?? askedMs) > UNMARKED_MS)
      note(askedMs, `${CHANGING.name}: ${value} without a mark, long after ${heldBefore} was written`);
    answered = value;
    seenCurrent = !changing.isMarked && value === newest;
  };

  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const askedMs = performance.now();
      await round().catch((error: unknown) => note(askedMs, String(error)));
      await delay(INTERVAL_MS);
    }
  };
  const running = run();

  return {
    writing(value) {
      newest = value;
      seenCurrent = false;
    },
    written() {
      replacedMs.set(held, performance.now());
      held = newest;
    },
    caughtUp: () => seenCurrent,
    async stop() {
      stopping.abort();
      await running;
      return { wrong, wasMarked };
    },
  };
}

function addressOf(value: number): string {
  return `10.0.${value >> 8}.${value & 0xff}`;
}

function valueOf(said: string): number | undefined {
  const [, high, low] = /^NOERROR 10\.0\.(\d+)\.(\d+)$/.exec(said) ?? [];
  return high === undefined ? undefined : Number(high) * 256 + Number(low);
}

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRelpFrameParser } from './relp-frame-parser.ts';
import { createRelpSession, type RelpSession, type RelpStep, relpSessionDefaults } from './relp-session.ts';

const settings = { ...relpSessionDefaults, software: 'wharf,1.0' };
const OFFERS = '200 OK\nrelp_version=0\nrelp_software=x\ncommands=syslog';
const response = (txnr: number, text = '200 OK') => Buffer.from(`${txnr} rsp ${Buffer.byteLength(text)} ${text}\n`);
const lines = (...texts: readonly string[]) => texts.map((text) => Buffer.from(text));
const written = ({ write }: RelpStep) => String(Buffer.concat(write));

const opened = (more: Partial<typeof settings> = {}): RelpSession => {
  const session = createRelpSession({ ...settings, ...more });
  session.start(0);
  session.receive(response(1, OFFERS), 0);
  return session;
};
/** With the window open for `count` messages: as many less one have been acknowledged. */
const warm = (count: number, more: Partial<typeof settings> = {}): { session: RelpSession; next: number } => {
  const session = opened(more);
  for (let txnr = 2; txnr <= count; txnr++) {
    session.send(lines('x'), 0);
    session.receive(response(txnr), 0);
  }
  return { session, next: count + 1 };
};

describe('createRelpSession', () => {
  it('offers syslog, and sends nothing before that is answered', () => {
    const session = createRelpSession(settings);
    expect(written(session.start(0))).toBe('1 open 54 relp_version=0\nrelp_software=wharf,1.0\ncommands=syslog\n');
    expect(session.room).toBe(0);
    expect(session.receive(response(1, OFFERS), 1)).toMatchObject({ end: undefined });
    expect(session.room).toBe(1);
    expect(written(session.send(lines('ahoy'), 2))).toBe('2 syslog 4 ahoy\n');
  });

  it.each([
    [response(1, '500 required command not offered'), 'refuses the RELP session: 500 required command not offered'],
    [response(1, '200 OK\nrelp_version=0\ncommands=none'), 'it offers "none"'],
    [response(2), 'it answers transaction 2, which is not open'],
    [Buffer.from('1 syslog 1 x\n'), 'it sends a command'],
    [Buffer.from('0 serverclose 0\n'), 'the receiver ends the RELP session'],
    [Buffer.from('SSH-2.0-x\r\n'), 'a frame has no transaction number'],
  ])('does not open when the receiver says %j', (bytes, reason) => {
    const session = createRelpSession(settings);
    session.start(0);
    expect(session.receive(bytes, 0).end).toContain(reason);
    expect(session.room).toBe(0);
    expect(session.receive(response(1, OFFERS), 0)).toMatchObject({ end: undefined, confirmed: 0 });
    expect(session.room).toBe(0);
  });

  it('opens the window by one with each answer, up to its end', () => {
    const session = opened({ windowMessages: 3 });
    const rooms = [session.room];
    for (const txnr of [2, 3, 4]) {
      session.send(lines('x'), 0);
      session.receive(response(txnr), 0);
      rooms.push(session.room);
    }
    expect(rooms).toEqual([1, 2, 3, 3]);
    expect(() => session.send(lines('a', 'b', 'c', 'd'), 0)).toThrow(RangeError);
  });

  it('confirms from the oldest message on, in whatever order they are answered', () => {
    const { session, next } = warm(3);
    session.send(lines('a', 'b', 'c'), 0);
    expect(session.receive(response(next + 2), 0).confirmed).toBe(0);
    expect(session.receive(response(next), 0).confirmed).toBe(1);
    expect(session.outstanding).toBe(2);
    expect(session.receive(response(next + 1), 0).confirmed).toBe(2);
    expect(session.outstanding).toBe(0);
  });

  it('ends when a message is acknowledged twice, or one that was not sent', () => {
    for (const txnr of [2, 3]) {
      const session = opened();
      session.send(lines('a'), 0);
      session.receive(response(2), 0);
      const step = session.receive(response(txnr), 0);
      expect(step).toMatchObject({ confirmed: 0, end: expect.stringMatching(/which is not open/) });
    }
  });

  it('sends a refused message again after growing delays, and nothing new meanwhile, until it gives up', () => {
    const { session, next } = warm(3);
    session.send(lines('a', 'b'), 0);
    expect(session.receive(response(next + 1), 0)).toMatchObject({ confirmed: 0 });
    expect(session.receive(response(next, '500 no'), 100)).toMatchObject({
      confirmed: 0,
      refused: 0,
      refusal: '500 no',
    });
    expect({ room: session.room, due: session.dueAtMs }).toEqual({ room: 0, due: 1_100 });
    expect(written(session.tick(1_099))).toBe('');
    expect(written(session.tick(1_100))).toBe(`${next + 2} syslog 1 a\n`);
    expect(session.dueAtMs).toBe(31_100);
    session.receive(response(next + 2, '500 no'), 2_000);
    expect(session.oldest?.refusals).toBe(2);
    expect(written(session.tick(4_000))).toBe(`${next + 3} syslog 1 a\n`);
    expect(session.receive(response(next + 3, '500 never'), 4_100)).toMatchObject({
      confirmed: 2,
      refused: 1,
      refusal: '500 never',
      end: undefined,
    });
    expect(session.room).toBeGreaterThan(0);
  });

  it.each<[string, (session: RelpSession) => void, number, string]>([
    ['does not open', () => undefined, 10_000, 'the receiver does not open the RELP session'],
    [
      'acknowledges nothing',
      (session) => {
        session.receive(response(1, OFFERS), 5_000);
        session.send(lines('a'), 5_000);
      },
      35_000,
      'the receiver has stopped acknowledging',
    ],
    [
      'does not answer the end',
      (session) => {
        session.receive(response(1, OFFERS), 5_000);
        session.close(5_000);
      },
      15_000,
      'the receiver does not answer the end of the RELP session',
    ],
  ])('ends when the receiver %s in time', (_name, prepare, dueAtMs, reason) => {
    const session = createRelpSession(settings);
    session.start(0);
    prepare(session);
    expect(session.dueAtMs).toBe(dueAtMs);
    expect(session.tick(dueAtMs - 1).end).toBeUndefined();
    expect(session.tick(dueAtMs).end).toBe(reason);
    expect(session.dueAtMs).toBeUndefined();
  });

  it('waits anew with every answer, and not at all while nothing is outstanding', () => {
    const { session, next } = warm(2);
    session.send(lines('a', 'b'), 0);
    session.receive(response(next), 20_000);
    expect(session.dueAtMs).toBe(50_000);
    session.receive(response(next + 1), 49_000);
    expect(session.dueAtMs).toBeUndefined();
    session.send(lines('c'), 900_000);
    expect(session.dueAtMs).toBe(930_000);
  });

  it.each([
    ['answer', response(2)],
    ['notice', Buffer.from('0 serverclose 0\n')],
  ])('closes in good order with the receiver’s %s', (_name, bytes) => {
    const session = opened();
    expect(written(session.close(0))).toBe('2 close 0\n');
    expect(session.room).toBe(0);
    expect(session.receive(bytes, 0).end).toBe('');
  });

  it('does not close while something is outstanding', () => {
    const session = opened();
    session.send(lines('a'), 0);
    expect(written(session.close(0))).toBe('');
    expect(session.receive(response(2), 0)).toMatchObject({ confirmed: 1, end: undefined });
  });

  it('brings every message at least once to a receiver that answers as it likes, and confirms none that it has not', () => {
    const choice = fc.record({
      answer: fc.nat(),
      kind: fc.constantFrom('yes', 'yes', 'yes', 'no', 'cut'),
      take: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 120 }), fc.integer({ min: 1, max: 9 }), (choices, windowMessages) => {
        const total = 30;
        /** What the receiver has acknowledged or was refused for good, and what the queue would confirm. */
        const settled = new Set<number>();
        let confirmed = 0;
        let isTrue = true;
        let nowMs = 0;
        const begin = () => ({ session: opened({ windowMessages }), parser: createRelpFrameParser(), taken: 0 });
        let current = begin();
        let asked: { txnr: number; message: number }[] = [];
        const refusals = new Map<number, number>();
        const take = (step: RelpStep): void => {
          for (const bytes of step.write) {
            current.parser.push(bytes, ({ txnr, data }) => asked.push({ txnr, message: Number(String(data)) }));
          }
          confirmed += step.confirmed;
          current.taken -= step.confirmed;
          isTrue &&= Array.from({ length: confirmed }, (_, message) => message).every((message) =>
            settled.has(message),
          );
        };
        const cutOff = (): void => {
          current = begin();
          asked = [];
          refusals.clear();
        };
        const round = ({ answer, kind, take: count }: { answer: number; kind: string; take: number }): void => {
          nowMs += 5_000;
          take(current.session.tick(nowMs));
          const first = confirmed + current.taken;
          const last = Math.min(total, first + Math.min(current.session.room, count));
          current.taken += last - first;
          take(
            current.session.send(lines(...Array.from({ length: last - first }, (_, at) => String(first + at))), nowMs),
          );
          if (kind === 'cut') {
            cutOff();
            return;
          }
          const [chosen] = asked.splice(answer % Math.max(1, asked.length), 1);
          if (chosen === undefined) return;
          const refused = (refusals.get(chosen.message) ?? 0) + (kind === 'no' ? 1 : 0);
          refusals.set(chosen.message, refused);
          if (kind === 'yes' || refused === settings.attempts) settled.add(chosen.message);
          take(current.session.receive(response(chosen.txnr, kind === 'yes' ? '200 OK' : '500 no'), nowMs));
        };
        for (const choice of choices) round(choice);
        for (let rounds = 0; rounds < 100; rounds++) round({ answer: 0, kind: 'yes', take: 5 });
        expect({ confirmed, isTrue }).toEqual({ confirmed: total, isTrue: true });
      }),
      { numRuns: 200 },
    );
  });
});

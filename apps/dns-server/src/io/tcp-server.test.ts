import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { createManualClock, type ManualClock, silentLogger } from '@wharf/agent';
import { eventually, frameDns, freePort, splitFrames } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Responder, RunningServer } from './responder.ts';
import { MAX_OWED_REPLIES } from './tcp-connection.ts';
import { startTcpServer } from './tcp-server.ts';

const BIG_OCTETS = 60_000;

describe('startTcpServer', () => {
  let clock: ManualClock;
  let server: RunningServer;
  let connections = 0;
  let evicted = 0;
  let asked: string[] = [];
  const sockets: Socket[] = [];

  /** How to answer what is asked with `later...`, by what was asked. */
  let later = new Map<string, (reply: Buffer | undefined) => void>();
  /** Every reply to be had at once is in the same memory, as the contract allows. */
  const scratch = Buffer.alloc(BIG_OCTETS);

  /** Answers a text with itself, `big` with 60,000 zeros, `bad` not at all, and `later...` when the test says so. */
  const respond: Responder = (query, client) => {
    const text = query.toString();
    asked.push(text);
    if (text === 'bad') return undefined;
    if (text.startsWith('later')) return new Promise((resolve) => later.set(text, resolve));
    if (text === 'big') return scratch.fill(0);
    const said = text === 'who' ? `${client.transport} ${client.address()} ${client.isLocal()}` : text;
    return scratch.subarray(0, scratch.write(said));
  };

  /** Answers what was asked with `later...` with itself. */
  const answerLater = (...texts: string[]): void => {
    for (const text of texts) later.get(text)?.(Buffer.from(text));
  };

  beforeEach(async () => {
    clock = createManualClock();
    connections = 0;
    evicted = 0;
    asked = [];
    later = new Map();
    server = await startTcpServer({
      host: '127.0.0.1',
      port: await freePort(),
      respond,
      clock,
      log: silentLogger,
      idleTimeoutMs: 1_000,
      maxConnections: 3,
      onConnections: (count) => {
        connections = count;
      },
      onEvicted: () => evicted++,
    });
  });

  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    const closed = server.close();
    await clock.advance(2_000);
    await closed;
  });

  const connect = async (): Promise<Socket> => {
    const before = connections;
    const socket = createConnection({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    await eventually('the server has accepted', () => expect(connections + evicted).toBeGreaterThan(before));
    return socket;
  };

  const collect = (socket: Socket): { readonly messages: () => readonly string[] } => {
    let received: Buffer = Buffer.alloc(0);
    const texts: string[] = [];
    socket.on('data', (chunk) => {
      const { messages, rest } = splitFrames(Buffer.concat([received, chunk]));
      received = rest;
      texts.push(...messages.map((message) => (message.length === BIG_OCTETS ? 'big' : message.toString())));
    });
    return { messages: () => texts };
  };

  const frames = (...texts: string[]): Buffer => Buffer.concat(texts.map((text) => frameDns(Buffer.from(text))));

  it('answers pipelined queries in their order, however the bytes arrive (RFC 7766, section 6.2.1.1)', async () => {
    const socket = await connect();
    socket.setNoDelay(true);
    const { messages } = collect(socket);
    const texts = Array.from({ length: 200 }, (_, n) => `query ${n}`);
    const bytes = frames(...texts);
    for (let at = 0; at < bytes.length; at += 7) socket.write(bytes.subarray(at, at + 7));
    await eventually('all answers arrive', () => expect(messages()).toEqual(texts));
    const second = await connect();
    const whole = collect(second);
    second.write(bytes);
    await eventually('all answers arrive', () => expect(whole.messages()).toEqual(texts));
  });

  it('answers a client that has said all it had to say, and closes', async () => {
    const socket = await connect();
    const { messages } = collect(socket);
    socket.end(frames('one', 'two'));
    await once(socket, 'end');
    expect(messages()).toEqual(['one', 'two']);
  });

  it('tells who asks', async () => {
    const socket = await connect();
    const { messages } = collect(socket);
    socket.write(frames('who'));
    await eventually('the answer arrives', () => expect(messages()).toEqual(['tcp 127.0.0.1 true']));
  });

  it('sends answers as they come, out of order (RFC 7766, section 7)', async () => {
    const socket = await connect();
    const { messages } = collect(socket);
    socket.write(frames('later 1', 'at once', 'later 2', 'later 3'));
    await eventually('all are asked', () => expect(asked).toHaveLength(4));
    await eventually('one is answered', () => expect(messages()).toEqual(['at once']));
    answerLater('later 3', 'later 1');
    await eventually('three are answered', () => expect(messages()).toEqual(['at once', 'later 3', 'later 1']));
    answerLater('later 2');
    await eventually('all are answered', () => expect(messages()).toHaveLength(4));
  });

  it('owes one client only so many answers, and reads on when it owes fewer', async () => {
    const socket = await connect();
    const { messages } = collect(socket);
    const texts = Array.from({ length: MAX_OWED_REPLIES + 50 }, (_, n) => `later ${n}`);
    socket.write(frames(...texts));
    await eventually('as many as may be are asked', () => expect(asked).toHaveLength(MAX_OWED_REPLIES));
    const other = await connect();
    const others = collect(other);
    other.write(frames('hello'));
    await eventually('others are answered', () => expect(others.messages()).toEqual(['hello']));
    expect(asked).toHaveLength(MAX_OWED_REPLIES + 1);
    answerLater('later 0');
    await eventually('one more is asked', () => expect(asked).toHaveLength(MAX_OWED_REPLIES + 2));
    answerLater(...texts);
    await eventually('all are asked', () => expect(asked).toHaveLength(texts.length + 1));
    answerLater(...texts);
    await eventually('all are answered', () => expect(new Set(messages())).toEqual(new Set(texts)));
  });

  it('keeps who is owed an answer, and counts the idle time from the answer on', async () => {
    const socket = await connect();
    const { messages } = collect(socket);
    socket.write(frames('later'));
    await eventually('it is asked', () => expect(later.size).toBe(1));
    for (let i = 0; i < 5; i++) await clock.advance(900);
    answerLater('later');
    await eventually('the answer arrives', () => expect(messages()).toEqual(['later']));
    await clock.advance(900);
    expect(connections).toBe(1);
    await clock.advance(200);
    await eventually('the client is gone', () => expect(connections).toBe(0));
  });

  it.each(['end', 'close'])('gives what it owes after the %s of the client or of itself', async (how) => {
    const socket = await connect();
    const { messages } = collect(socket);
    socket.write(frames('later 1', 'later 2'));
    await eventually('both are asked', () => expect(later.size).toBe(2));
    const ended = once(socket, 'end');
    const closed = how === 'end' ? socket.end() : server.close();
    answerLater('later 2');
    await eventually('one is answered', () => expect(messages()).toEqual(['later 2']));
    expect(socket.readableEnded).toBe(false);
    answerLater('later 1');
    await ended;
    expect(messages()).toEqual(['later 2', 'later 1']);
    socket.destroy();
    await closed;
    if (how === 'close') server = { port: 0, leave: () => Promise.resolve(), close: () => Promise.resolve() };
  });

  it('drops answers of clients that are gone', async () => {
    const socket = await connect();
    socket.write(frames('later 1', 'later 2'));
    await eventually('both are asked', () => expect(later.size).toBe(2));
    socket.resetAndDestroy();
    await eventually('the client is gone', () => expect(connections).toBe(0));
    answerLater('later 1');
    later.get('later 2')?.(undefined);
    const next = await connect();
    const { messages } = collect(next);
    next.write(frames('still here'));
    await eventually('others are answered', () => expect(messages()).toEqual(['still here']));
  });

  it('sends what it owes before it disconnects who sent what must not be answered', async () => {
    const socket = await connect();
    const { messages } = collect(socket);
    socket.write(frames('later', 'bad', 'next'));
    await eventually('both are asked', () => expect(asked).toEqual(['later', 'bad']));
    answerLater('later');
    await once(socket, 'end');
    expect(messages()).toEqual(['later']);
    expect(asked).toEqual(['later', 'bad']);
  });

  it('disconnects whose query turns out to have no answer', async () => {
    const socket = await connect();
    socket.resume();
    socket.write(frames('later'));
    await eventually('it is asked', () => expect(later.size).toBe(1));
    later.get('later')?.(undefined);
    await once(socket, 'end');
  });

  it('disconnects who sends what must not be answered', async () => {
    const socket = await connect();
    const { messages } = collect(socket);
    socket.write(frames('good', 'bad', 'next'));
    await once(socket, 'end');
    expect(messages()).toEqual(['good']);
    expect(asked).toEqual(['good', 'bad']);
  });

  it('disconnects who is idle (RFC 7766, section 6.2.3), and who drips bytes without ever making a query', async () => {
    const idle = await connect();
    const dripping = await connect();
    const busy = await connect();
    const { messages } = collect(busy);
    for (const socket of [idle, dripping]) socket.resume();
    const ended = Promise.all([once(idle, 'end'), once(dripping, 'end')]);
    await clock.advance(900);
    dripping.write(Buffer.of(0));
    busy.write(frames('still here'));
    await eventually('the answer arrives', () => expect(messages()).toEqual(['still here']));
    await clock.advance(200);
    await ended;
    await eventually('one is left', () => expect(connections).toBe(1));
    await clock.advance(1_000);
    await eventually('none is left', () => expect(connections).toBe(0));
  });

  it('stops reading from who does not take the answers, and disconnects them in the end', async () => {
    const socket = await connect();
    const queries = 2_000;
    socket.pause();
    socket.write(frames(...Array.from({ length: queries }, () => 'big')));
    let before = -1;
    await eventually(
      'the server does not answer any more',
      () => {
        const stuck = asked.length > 0 && asked.length === before;
        before = asked.length;
        expect(stuck).toBe(true);
      },
      { intervalMs: 100 },
    );
    expect(asked.length).toBeLessThan(queries / 2);
    await clock.advance(1_000);
    await eventually('the client is gone', () => expect(connections).toBe(0));
  });

  it('goes on when a slow client takes its answers after all', async () => {
    const socket = await connect();
    socket.pause();
    socket.write(frames(...Array.from({ length: 500 }, () => 'big'), 'last'));
    await eventually('the server has begun', () => expect(asked.length).toBeGreaterThan(0));
    const { messages } = collect(socket);
    socket.resume();
    await eventually('the last answer arrives', () => expect(messages().at(-1)).toBe('last'));
    expect(messages()).toHaveLength(501);
  });

  it('disconnects the one that was silent for longest when there are too many', async () => {
    const [first, second] = [await connect(), await connect(), await connect()];
    const { messages } = collect(first ?? (await connect()));
    first?.write(frames('I am busy'));
    await eventually('the answer arrives', () => expect(messages()).toEqual(['I am busy']));
    second?.resume();
    const ended = once(second ?? (await connect()), 'end');
    await connect();
    await ended;
    expect(evicted).toBe(1);
    expect(first?.readableEnded).toBe(false);
  });

  it('closes all connections when it stops, those of stubborn clients too', async () => {
    const socket = await connect();
    socket.resume();
    const closing = server.close();
    await once(socket, 'end');
    await clock.advance(2_000);
    await closing;
    expect(connections).toBe(0);
    server = { port: 0, leave: () => Promise.resolve(), close: () => Promise.resolve() };
  });
});

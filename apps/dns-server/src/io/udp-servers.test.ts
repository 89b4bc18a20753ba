import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Logger, silentLogger } from '@wharf/agent';
import { eventually, freePort } from '@wharf/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import type { Responder, RunningServer } from './responder.ts';
import { chooseUdp, type UdpIo, udpIos } from './start-udp.ts';
import type { UdpServerOptions } from './udp-server.ts';

const CLIENTS = 4;
const QUERIES_EACH = 2_500;
const WINDOW = 50;

/** Answers with the query, `silent` not at all, and one that says a number with that many zeros. */
const respond: Responder = (query) => {
  const text = query.toString('latin1', 0, 10);
  if (text === 'silent') return undefined;
  return /^\d+$/.test(text) ? Buffer.alloc(Number(text)) : Buffer.from(query);
};

const startUdp = async (io: UdpIo, options: UdpServerOptions) => {
  const starter = await chooseUdp(io, options);
  return { io: starter.io, server: await starter.start(options) };
};

describe.each(udpIos)('a UDP server by %s', (io) => {
  const closing: (() => Promise<unknown>)[] = [];
  let dropped = 0;

  const start = async (host: string, given = respond, log: Logger = silentLogger): Promise<RunningServer> => {
    dropped = 0;
    const options = { host, port: await freePort(), respond: given, log, onDropped: () => dropped++ };
    const started = await startUdp(io, options);
    expect(started).toMatchObject({ io, server: { port: options.port } });
    closing.push(() => started.server.close());
    return started.server;
  };

  const client = async (port: number, host: string): Promise<Socket> => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.connect(port, host);
    await once(socket, 'connect');
    closing.push(async () => {
      socket.close();
      await once(socket, 'close');
    });
    return socket;
  };

  const ask = async (socket: Socket, query: Buffer): Promise<Buffer> => {
    const reply = once(socket, 'message');
    socket.send(query);
    const [bytes] = await reply;
    if (!Buffer.isBuffer(bytes)) throw new TypeError('a message has bytes');
    return bytes;
  };

  /** Keeps `WINDOW` numbered queries under way until each has its own reply. */
  const pipeline = (socket: Socket, name: string): Promise<void> =>
    new Promise((resolve) => {
      const open = new Set<string>();
      let next = 0;
      const sendNext = (): void => {
        if (next === QUERIES_EACH) return;
        const query = `${name} ${next++}`;
        open.add(query);
        socket.send(query);
      };
      socket.on('message', (reply) => {
        expect(open.delete(reply.toString())).toBe(true);
        sendNext();
        if (open.size === 0) resolve();
      });
      for (let i = 0; i < WINDOW; i++) sendNext();
    });

  afterEach(async () => {
    for (const close of closing.splice(0).toReversed()) await close();
  });

  it.each([
    { host: '127.0.0.1', from: '127.0.0.1' },
    { host: '::1', from: '::1' },
    { host: '::', from: '::1' },
    { host: '::', from: '127.0.0.1' },
    { host: '0.0.0.0', from: '127.0.0.1' },
  ])('on $host gives each of 10,000 queries from $from its own reply', async ({ host, from }) => {
    const server = await start(host);
    const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => client(server.port, from)));
    await Promise.all(sockets.map((socket, i) => pipeline(socket, `client ${i}, query`)));
    expect(dropped).toBe(0);
  });

  it.each([0, 1, 12, 512, 1_232, 2_048, 2_049, 9_000, 65_507])('takes and gives %i octets', async (size) => {
    const server = await start('127.0.0.1');
    const socket = await client(server.port, '127.0.0.1');
    const queries = Array.from({ length: 3 }, (_, i) => Buffer.alloc(size, String.fromCodePoint(97 + i)));
    for (const query of queries) expect(await ask(socket, query)).toEqual(query);
  });

  it('answers what came in one burst, long and short, in full', async () => {
    const server = await start('127.0.0.1');
    const socket = await client(server.port, '127.0.0.1');
    const sizes = Array.from({ length: 60 }, (_, i) => [1, 0, 1_400, 3_000][i % 4] ?? 0);
    const seen: number[] = [];
    socket.on('message', (reply) => seen.push(reply.length));
    // All are in the server's queue before it reads one of them: this process does both.
    for (const size of sizes) socket.send(size === 0 ? '' : String(size));
    await eventually('all are answered', () => expect(seen.length).toBe(sizes.length));
    expect(seen.toSorted((a, b) => a - b)).toEqual(sizes.toSorted((a, b) => a - b));
  });

  it('leaves out what has no reply, and answers its neighbours', async () => {
    const server = await start('127.0.0.1');
    const socket = await client(server.port, '127.0.0.1');
    const seen: string[] = [];
    socket.on('message', (reply) => seen.push(reply.toString()));
    for (const query of ['a', 'silent', 'b', 'silent', 'silent', 'c']) socket.send(query);
    await eventually('three are answered', () => expect(seen.toSorted()).toEqual(['a', 'b', 'c']));
  });

  it('drops and counts replies that are too long for a datagram, and sends the others', async () => {
    const server = await start('127.0.0.1');
    const socket = await client(server.port, '127.0.0.1');
    const seen: number[] = [];
    socket.on('message', (reply) => seen.push(reply.length));
    for (const query of ['5', '70000', '6', '70000', '7']) socket.send(query);
    await eventually('the others are answered', () => expect(new Set(seen)).toEqual(new Set([5, 6, 7])));
    await eventually('the long ones are counted', () => expect(dropped).toBe(2));
  });

  it('gives queries that are not overwritten while they are answered', async () => {
    const seen: string[] = [];
    const server = await start('127.0.0.1', (query) => {
      seen.push(query.toString());
      return query;
    });
    const socket = await client(server.port, '127.0.0.1');
    for (let i = 0; i < 100; i++) socket.send(`query ${i}`);
    await eventually('all are seen', () => expect(new Set(seen).size).toBe(100));
  });

  it('tells who asks, however many ask at once', async () => {
    const server = await start('::', (_, client) =>
      Buffer.from(`${client.transport} ${client.address()} ${client.isLocal()}`),
    );
    for (const [from, seen] of [
      ['::1', '::1'],
      ['127.0.0.1', '::ffff:127.0.0.1'],
    ] as const) {
      const socket = await client(server.port, from);
      const texts: string[] = [];
      socket.on('message', (reply) => texts.push(reply.toString()));
      for (let i = 0; i < 20; i++) socket.send('who');
      await eventually('all are answered', () => expect(texts).toHaveLength(20));
      expect(new Set(texts)).toEqual(new Set([`udp ${seen} true`]));
    }
  });

  it('sends answers when they come, each to whom it belongs, in any order and of any size', async () => {
    const open: (() => void)[] = [];
    const server = await start('127.0.0.1', (query) => {
      const reply = Buffer.alloc(query.length === 2 ? 3_000 : 100, query.toString());
      return new Promise((resolve) => open.push(() => resolve(reply)));
    });
    const sockets = await Promise.all(Array.from({ length: CLIENTS }, () => client(server.port, '127.0.0.1')));
    const seen = sockets.map((socket) => {
      const replies: Buffer[] = [];
      socket.on('message', (reply) => replies.push(reply));
      return replies;
    });
    for (let i = 0; i < 10; i++) {
      for (const [of, socket] of sockets.entries()) socket.send(String(of).repeat(1 + (i % 2)));
    }
    await eventually('all are asked', () => expect(open).toHaveLength(10 * CLIENTS));
    for (const answer of open.toReversed()) answer();
    await eventually('all are answered', () => expect(seen.flat()).toHaveLength(10 * CLIENTS));
    for (const [of, replies] of seen.entries()) {
      const own = new Set(replies.map((reply) => `${reply.length} ${reply.toString('latin1', 0, 3)}`));
      expect(own).toEqual(new Set([`100 ${String(of).repeat(3)}`, `3000 ${String(of).repeat(3)}`]));
    }
    expect(dropped).toBe(0);
  });

  it('does not send a reply as it is after the next query was answered', async () => {
    const scratch = Buffer.alloc(16);
    const server = await start('127.0.0.1', (query) => scratch.fill(0).subarray(0, query.copy(scratch)));
    const socket = await client(server.port, '127.0.0.1');
    const queries = Array.from({ length: 200 }, (_, i) => `query ${i}`);
    const seen = new Set<string>();
    socket.on('message', (reply) => seen.add(reply.toString()));
    for (const query of queries) socket.send(query);
    await eventually('all are answered', () => expect(seen).toEqual(new Set(queries)));
  });

  it('sends nothing after it has closed', async () => {
    const open: (() => void)[] = [];
    const server = await start('127.0.0.1', (query) => {
      const reply = Buffer.from(query);
      return new Promise((resolve) => open.push(() => resolve(reply)));
    });
    const socket = await client(server.port, '127.0.0.1');
    for (let i = 0; i < 5; i++) socket.send(`query ${i}`);
    await eventually('all are asked', () => expect(open).toHaveLength(5));
    const closed = closing.shift()?.();
    for (const answer of open) answer();
    await closed;
    for (const answer of open) answer();
    expect(dropped).toBe(0);
  });

  it('lets no other process have its port, not even one that would share it', async () => {
    const server = await start('127.0.0.1');
    const other = createSocket({ type: 'udp4', reuseAddr: true });
    other.bind(server.port, '127.0.0.1');
    const [error] = await once(other, 'error');
    expect(error).toMatchObject({ code: 'EADDRINUSE' });
    other.close();
  });

  it('leaves the port free when it closes, also with queries under way', async () => {
    const server = await start('127.0.0.1');
    const socket = await client(server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    for (let i = 0; i < 500; i++) socket.send(`query ${i}`);
    await once(socket, 'message');
    await closing.shift()?.();
    const next = await startUdp(io, {
      host: '127.0.0.1',
      port: server.port,
      respond,
      log: silentLogger,
      onDropped() {},
    });
    closing.push(() => next.server.close());
    expect(await ask(await client(server.port, '127.0.0.1'), Buffer.from('again'))).toEqual(Buffer.from('again'));
  });

  it.each([
    ['192.0.2.1', 'no-such-address', 'this host does not have that address'],
    ['2001:db8::1', 'no-such-address', 'this host does not have that address'],
  ])('says what is wrong with %s', async (host, code, reason) => {
    const starting = startUdp(io, { host, port: 0, respond, log: silentLogger, onDropped() {} });
    await expect(starting).rejects.toMatchObject({ code, message: expect.stringContaining(reason) });
  });

  it('says that the port is taken', async () => {
    const { port } = await start('127.0.0.1');
    const starting = startUdp(io, { host: '127.0.0.1', port, respond, log: silentLogger, onDropped() {} });
    await expect(starting).rejects.toMatchObject({ code: 'address-in-use' });
  });

  it('has some of the clients of a port that it shares', async () => {
    const answering = (name: string) => ({ host: '127.0.0.1', isShared: true, respond: () => Buffer.from(name) });
    const rest = { log: silentLogger, onDropped() {} };
    const first = await startUdp(io, { ...answering('first'), ...rest, port: 0 });
    closing.push(() => first.server.close());
    const second = await startUdp(io, { ...answering('second'), ...rest, port: first.server.port });
    closing.push(() => second.server.close());
    const seen = new Set<string>();
    // The system chooses by the client's port: 64 of them do not all come to the same by chance.
    for (let i = 0; i < 64 && seen.size < 2; i++) {
      const socket = await client(first.server.port, '127.0.0.1');
      seen.add((await ask(socket, Buffer.from('who'))).toString());
    }
    expect([...seen].toSorted()).toEqual(['first', 'second']);
    const alone = startUdp(io, { host: '127.0.0.1', respond, ...rest, port: first.server.port });
    await expect(alone).rejects.toMatchObject({ code: 'address-in-use' });
  });

  it('chooses a port when told to', async () => {
    const { server } = await startUdp(io, { host: '127.0.0.1', port: 0, respond, log: silentLogger, onDropped() {} });
    closing.push(() => server.close());
    expect(server.port).toBeGreaterThan(0);
    expect(await ask(await client(server.port, '127.0.0.1'), Buffer.from('a'))).toEqual(Buffer.from('a'));
  });
});

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { constants } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { silentLogger } from '@wharf/agent';
import { eventually, freePort } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createBatchArena } from './batch-arena.ts';
import { createBatchDrain } from './batch-drain.ts';
import { type BatchSystem, loadBatchSystem } from './batch-system.ts';
import { startBatchUdpServer } from './batch-udp-server.ts';
import type { RunningServer } from './responder.ts';
import { encodeSocketAddress } from './socket-address.ts';

const QUERIES = 60;
const { EAGAIN, EPERM } = constants.errno;

const loaded = await loadBatchSystem();
if (!loaded.ok) throw new Error(loaded.error);
const system: BatchSystem = loaded.value;

describe.each(['127.0.0.1', '::1'])('startBatchUdpServer on %s', (host) => {
  let server: RunningServer | undefined;
  let socket: Socket;
  let seen: string[] = [];
  let dropped = 0;

  beforeEach(async () => {
    seen = [];
    dropped = 0;
    socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (reply) => seen.push(reply.toString()));
    socket.bind(0, host);
    await once(socket, 'listening');
  });

  afterEach(async () => {
    socket.close();
    await server?.close();
  });

  /** Sends a burst of numbered queries to a server whose replies the system takes as `send` says. */
  const burst = async (send: BatchSystem['send']): Promise<void> => {
    const options = { host, port: await freePort(), log: silentLogger, onDropped: () => dropped++ };
    const arena = createBatchArena(system);
    server = await startBatchUdpServer({ ...options, respond: (query) => query }, { ...system, send }, arena);
    for (let i = 0; i < QUERIES; i++) socket.send(String(i), options.port, host);
  };

  const allSeen = (): Promise<void> => eventually('all are answered', () => expect(new Set(seen).size).toBe(QUERIES));

  it('answers most of a burst with few system calls', async () => {
    let calls = 0;
    await burst((...args) => {
      calls++;
      return system.send(...args);
    });
    await allSeen();
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThan(QUERIES / 3);
  });

  it('loses nothing when the system takes only some of a batch', async () => {
    await burst((fd, batch, first, count) => system.send(fd, batch, first, Math.min(count, 3)));
    await allSeen();
    expect(dropped).toBe(0);
  });

  it('sends later what a busy system does not take now', async () => {
    await burst((fd, batch, first) => (first === 0 ? system.send(fd, batch, 0, 1) : -EAGAIN));
    await allSeen();
    expect(dropped).toBe(0);
  });

  it('gives up a reply that is refused, counts it, and sends the others', async () => {
    let refused = '';
    await burst((fd, batch, first, count) => {
      if (refused !== '' || first === 0) return system.send(fd, batch, first, refused === '' ? 1 : count);
      refused = batch.datagram(first).toString();
      return -EPERM;
    });
    await eventually('the others are answered', () => expect(new Set(seen).size).toBe(QUERIES - 1));
    expect(refused).not.toBe('');
    expect(seen).not.toContain(refused);
    expect(dropped).toBe(1);
  });
});

describe('createBatchDrain', () => {
  /** A socket in which 64 queries wait whenever it is looked at, all from that port. */
  const overrun = (port: number, arena = createBatchArena(system)) => {
    const name = encodeSocketAddress({ host: '127.0.0.1', port, zoneIndex: 0 });
    if (name === undefined) throw new TypeError('an address');
    const counted = { received: 0, answered: 0, sent: 0 };
    const waiting = createBatchDrain({
      system: {
        ...system,
        receive(_, batch) {
          for (let i = 0; i < batch.count; i++) batch.put(i, Buffer.from('query'), name);
          counted.received += batch.count;
          return batch.count;
        },
        send(_fd, _batch, _first, count) {
          counted.sent += count;
          return count;
        },
      },
      arena,
      fd: -1,
      respond(query) {
        counted.answered++;
        return query;
      },
      send: () => undefined,
      log: silentLogger,
      onDropped: () => undefined,
    });
    return { counted, drain: () => waiting.drain() };
  };

  it('leaves a flood of queries for the next turn, so that others have theirs', async () => {
    const { counted, drain } = overrun(1_053);
    drain();
    drain();
    expect(counted).toEqual({ received: 256, answered: 256, sent: 256 });
    await nextTurn();
    drain();
    expect(counted).toEqual({ received: 512, answered: 512, sent: 512 });
  });

  it('does so with floods of many sockets, too', async () => {
    const arena = createBatchArena(system);
    const sockets = Array.from({ length: 10 }, () => overrun(1_053, arena));
    const answered = (): number => sockets.reduce((sum, { counted }) => sum + counted.answered, 0);
    for (const { drain } of sockets) drain();
    expect(answered()).toBe(1_024);
    await nextTurn();
    for (const { drain } of sockets.toReversed()) drain();
    expect(answered()).toBe(2_048);
  });

  it('drops forged queries from port 0', () => {
    const { counted, drain } = overrun(0);
    drain();
    expect(counted).toEqual({ received: 256, answered: 0, sent: 0 });
  });
});

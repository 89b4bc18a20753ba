import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { PassThrough, Writable } from 'node:stream';
import { createMetrics, NameError, Registry, silentLogger, systemClock } from '@wharf/agent';
import { eventually, freePort, type SyslogReceiver, startFaultyProxy, startSyslogReceiver } from '@wharf/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { sinkOptionsOf } from '../http-sinks/sink-options.ts';
import { metrics } from '../metrics.ts';
import { createMessageQueue, type MessageQueue } from '../queue/message-queue.ts';
import { optionDefaults } from '../routes/option-defaults.ts';
import { tlsFilesOf, tlsOptions } from '../tls-options.ts';
import { createTransport } from './create-transport.ts';
import type { Lookup } from './lookup.ts';
import { nextTurn } from './next-turn.ts';
import { createOutputTransport } from './output-transport.ts';
import { createRouteMeter } from './route-meter.ts';
import { createTcpTransport, type TcpSettings } from './tcp-transport.ts';
import type { Transport } from './transport.ts';
import { createUdpTransport } from './udp-transport.ts';

const local: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const backoff = { baseMs: 10, capMs: 40 };
const resend = { ageMs: 60_000, bytes: 1 << 20 };

/** The system's clock, which the test can set forward. */
const createSkippingClock = () => {
  let skippedMs = 0;
  return {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + skippedMs,
    skip: (ms: number) => {
      skippedMs += ms;
    },
  };
};

const createContext = (lookup = local, limits = { messages: 1_000_000, bytes: 1 << 30 }) => {
  const registry = new Registry();
  return {
    queue: createMessageQueue(limits, nextTurn),
    clock: createSkippingClock(),
    random: Math.random,
    log: silentLogger,
    meter: createRouteMeter(createMetrics(metrics, registry), 'r'),
    lookup,
    async count(name: string) {
      const { values } = (await registry.getSingleMetric(name)?.get()) ?? { values: [] };
      return values.reduce((sum, { value }) => sum + value, 0);
    },
  };
};

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const receive = async (options: Parameters<typeof startSyslogReceiver>[0] = {}): Promise<SyslogReceiver> => {
  const receiver = await startSyslogReceiver(options);
  open.push(() => receiver.close());
  return receiver;
};
/** The port on which the server listens from now on, to the end of the test. */
const listen = async (server: Server): Promise<number> => {
  const port = await freePort();
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  open.push(async () => server.close());
  return port;
};
const begin = <T extends Transport>(transport: T): T => {
  open.push(() => transport.stop(AbortSignal.abort()));
  transport.start();
  return transport;
};
const tcp = (port: number, context = createContext(), settings: Partial<TcpSettings> = {}) => ({
  ...context,
  transport: begin(createTcpTransport({ host: 'logs', port, resend, backoff, ...settings }, context)),
});
const texts = (receiver: SyslogReceiver) => receiver.messages.map(({ text }) => text);
const push = ({ queue }: { queue: Pick<MessageQueue, 'push'> }, ...lines: readonly string[]) => {
  for (const line of lines) {
    const bytes = Buffer.from(`${line}\n`);
    queue.push({ bytes, ends: [bytes.length], onSafe: () => undefined });
  }
};

describe('createTransport', () => {
  it('leaves room in the queue for what is to come, though all that was sent may have to be sent again', async () => {
    const receiver = await receive();
    const limits = { messages: 10, bytes: 1 << 30 };
    const context = createContext(local, limits);
    const destination = { adapter: 'raw', host: 'logs', port: receiver.port, carrier: 'tcp' } as const;
    const sink = sinkOptionsOf(new Map());
    const tls = tlsFilesOf(optionDefaults(tlsOptions), new Map(), 'logs');
    const settings = { tcpResendMs: 3_600_000, queue: limits, output: new PassThrough(), sink, tls };
    begin(createTransport(destination, settings, context));
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}`);
    for (const line of lines) {
      await context.queue.room(AbortSignal.timeout(2_000));
      push(context, line);
    }
    await eventually('the lines', () => expect(texts(receiver)).toEqual(lines));
    expect(context.queue.messages).toBeLessThanOrEqual(limits.messages);
  });
});

describe('createTcpTransport', () => {
  it('sends in order over one connection', async () => {
    const receiver = await receive();
    const sender = tcp(receiver.port);
    const lines = Array.from({ length: 5_000 }, (_, index) => `line ${index}`);
    push(sender, ...lines);
    await eventually('the lines', () => expect(texts(receiver)).toEqual(lines));
    expect(receiver.accepted).toBe(1);
    expect(sender.transport.trouble).toBeUndefined();
  });

  it('sends again what was lost while this process was held up for longer than the resend window', async () => {
    const arrived: string[] = [];
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        arrived.push(String(bytes));
        if (arrived.length > 1) return;
        socket.resetAndDestroy();
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
      });
    });
    push(tcp(await listen(server), createContext(), { resend: { ageMs: 100, bytes: 1 << 20 } }), 'one');
    await eventually('the line again', () => expect(arrived).toEqual(['one\n', 'one\n']));
  });

  it('keeps what is queued while the receiver refuses, and says so', async () => {
    const port = await freePort();
    const sender = tcp(port);
    push(sender, 'one', 'two');
    await eventually('the refusal', () => expect(sender.transport.trouble).toBe('connection refused'));
    const receiver = await receive({ port });
    await eventually('the lines', () => expect(texts(receiver)).toEqual(['one', 'two']));
  });

  it('starts while the name does not resolve', async () => {
    const receiver = await receive();
    let isKnown = false;
    const lookup: Lookup = (host) => (isKnown ? local(host) : Promise.reject(new NameError('not-found')));
    const sender = tcp(receiver.port, createContext(lookup));
    push(sender, 'one');
    await eventually('the trouble', () => expect(sender.transport.trouble).toBe('the name does not resolve'));
    isKnown = true;
    await eventually('the line', () => expect(texts(receiver)).toEqual(['one']));
  });

  it('tries every address of the name', async () => {
    const receiver = await receive();
    const addresses = ['127.0.0.9', '127.0.0.8', '127.0.0.1'].map((address) => ({ address, family: 4 }));
    const sender = tcp(
      receiver.port,
      createContext(async () => addresses),
    );
    push(sender, 'one');
    await eventually('the line', () => expect(texts(receiver)).toEqual(['one']));
    expect(sender.transport.peer).toBe(`127.0.0.1:${receiver.port}`);
  });

  it('sends again what was written shortly before the connection was reset', async () => {
    const receiver = await receive();
    const proxy = await startFaultyProxy({ port: receiver.port });
    open.push(() => proxy.close());
    const sender = tcp(proxy.port);
    push(sender, 'before');
    await eventually('the first line', () => expect(texts(receiver)).toEqual(['before']));
    proxy.stall();
    push(sender, 'lost');
    await eventually('the write', async () => expect(await sender.count('wharf_shipper_messages_sent_total')).toBe(2));
    proxy.cut();
    proxy.heal();
    await eventually('both again', () => expect(texts(receiver)).toEqual(['before', 'before', 'lost']));
    expect(await sender.count('wharf_shipper_messages_resent_total')).toBe(2);
    expect(await sender.count('wharf_shipper_connections_lost_total')).toBe(1);
  });

  it('notices that an idle receiver closed, and loses no line to the closed connection', async () => {
    const receiver = await receive();
    const sender = tcp(receiver.port, createContext(), { resend: { ageMs: 0, bytes: 0 } });
    await eventually('the connection', () => expect(receiver.accepted).toBe(1));
    receiver.dropConnections();
    await eventually('the next one', () => expect(receiver.accepted).toBe(2));
    push(sender, 'after');
    await eventually('the line', () => expect(texts(receiver)).toEqual(['after']));
  });

  it('confirms messages when they leave the resend window', async () => {
    const receiver = await receive();
    const sender = tcp(receiver.port, createContext(), { resend: { ageMs: 30, bytes: 1 << 20 } });
    push(sender, 'one', 'two');
    sender.meter.queue(sender.queue);
    expect(await sender.count('wharf_shipper_queue_messages')).toBe(2);
    await eventually('the queue to empty', () => expect(sender.queue.messages).toBe(0));
    expect(texts(receiver)).toEqual(['one', 'two']);
    expect(await sender.count('wharf_shipper_queue_messages')).toBe(0);
  });

  it('lets the queue fill while the receiver does not read, and no memory beyond it', async () => {
    const receiver = await receive();
    receiver.pause();
    const context = createContext();
    const queue = createMessageQueue({ messages: 100, bytes: 1 << 30 }, nextTurn);
    const sender = tcp(receiver.port, { ...context, queue }, { resend: { ageMs: 0, bytes: 0 } });
    const line = 'x'.repeat(64 * 1024);
    const stalled = new AbortController();
    let pushed = 0;
    const feed = (async () => {
      while (pushed < 1_000) {
        while (queue.isFull && !stalled.signal.aborted) await queue.room(stalled.signal);
        push(sender, line);
        pushed++;
      }
    })();
    await eventually('the queue to fill', () => expect(queue.isFull).toBe(true));
    expect(pushed).toBeLessThan(1_000);
    receiver.resume();
    await feed;
    await eventually('all of it', () => expect(receiver.messages.length).toBe(1_000));
  });

  it('sends what is queued before it stops', async () => {
    const receiver = await receive();
    const context = createContext();
    push(context, 'one', 'two');
    const { transport } = tcp(receiver.port, context);
    await transport.stop(new AbortController().signal);
    await eventually('the lines', () => expect(texts(receiver)).toEqual(['one', 'two']));
    expect(context.queue.messages).toBe(0);
  });

  it('sends again what a receiver that resets the connection had not read when the shipper stops', async () => {
    const taken: string[] = [];
    let accepted = 0;
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      const isFirst = accepted++ === 0;
      socket.on('error', () => undefined);
      socket.on('data', (bytes) => {
        if (!isFirst) taken.push(String(bytes));
      });
      socket.on('end', () => (isFirst ? socket.resetAndDestroy() : socket.end()));
    });
    const context = createContext();
    push(context, 'one');
    const { transport } = tcp(await listen(server), context);
    await transport.stop(new AbortController().signal);
    expect(taken).toEqual(['one\n']);
    expect(context.queue.messages).toBe(0);
  });

  it('does not wait for a receiver that never closes, beyond the time after which it has read', async () => {
    const server = createServer({ allowHalfOpen: true }, (socket) => socket.on('error', () => undefined).resume());
    const context = createContext();
    push(context, 'one');
    const { transport } = tcp(await listen(server), context, { resend: { ageMs: 50, bytes: 1 << 20 } });
    await transport.stop(new AbortController().signal);
    expect(context.queue.messages).toBe(0);
  });

  it('stops at once in the middle of a connection when nothing is queued', async () => {
    const accepted = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.on('error', () => undefined).resume();
      accepted.resolve();
    });
    const warnings: unknown[] = [];
    const context = { ...createContext(), log: { ...silentLogger, warn: (fields: unknown) => warnings.push(fields) } };
    const readTls = async () => ({ servername: 'logs' });
    const { transport } = tcp(await listen(server), context, { readTls });
    await accepted.promise;
    await transport.stop(new AbortController().signal);
    // The end of the handshake's time would be a warning.
    expect(warnings).toEqual([]);
  });

  it('stops at once while no name server answers when nothing is queued', async () => {
    const asked = Promise.withResolvers<void>();
    const lookup: Lookup = () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const context = createContext(lookup);
    const transports = [
      tcp(1, context).transport,
      begin(createUdpTransport({ host: 'logs', port: 1, backoff }, createContext(lookup))),
    ];
    await asked.promise;
    for (const transport of transports) {
      await transport.stop(new AbortController().signal);
      expect(transport.trouble).toMatch(/not .* yet/);
    }
  });

  it('gives up what cannot be sent when it must stop', async () => {
    const sender = tcp(await freePort());
    const { transport } = sender;
    push(sender, 'x');
    const giveUp = new AbortController();
    const stopped = transport.stop(giveUp.signal);
    giveUp.abort();
    await stopped;
    expect(sender.queue.messages).toBe(1);
  });
});

describe('createUdpTransport', () => {
  it('sends each message as a datagram, byte for byte', async () => {
    const receiver = await receive();
    const context = createContext();
    begin(createUdpTransport({ host: 'logs', port: receiver.port, backoff }, context));
    const long = 'x'.repeat(65_506);
    push(context, 'one', 'grüße', long);
    await eventually('three datagrams', () => expect(texts(receiver)).toEqual(['one\n', 'grüße\n', `${long}\n`]));
  });

  it('keeps what is queued until the name resolves, and follows it to another address', async () => {
    const first = await receive();
    const second = await receive({ port: first.port, host: '127.0.0.9' });
    let addresses: readonly string[] = [];
    const lookup: Lookup = async () => addresses.map((address) => ({ address, family: 4, ttlSeconds: 5 }));
    const context = createContext(lookup);
    const transport = begin(createUdpTransport({ host: 'logs', port: first.port, backoff }, context));
    push(context, 'one');
    await eventually('the trouble', () => expect(transport.trouble).toBe('the name has no address'));
    addresses = ['127.0.0.1'];
    await eventually('the line', () => expect(texts(first)).toEqual(['one\n']));
    await eventually('no trouble', () => expect(transport.trouble).toBeUndefined());
    addresses = ['127.0.0.9'];
    context.clock.skip(4_000);
    push(context, 'two');
    await eventually('the line within the TTL', () => expect(texts(first)).toEqual(['one\n', 'two\n']));
    context.clock.skip(1_001);
    push(context, 'three');
    await eventually('the line after it', () => expect(texts(second)).toEqual(['three\n']));
    addresses = [];
    context.clock.skip(5_001);
    push(context, 'four');
    await eventually('the line without an answer', () => expect(texts(second)).toEqual(['three\n', 'four\n']));
    expect(transport.peer).toBe(`127.0.0.9:${first.port}`);
  });

  it('goes on sending to the last address while no name server answers', async () => {
    const receiver = await receive();
    let lookups = 0;
    const lookup: Lookup = (host) => (++lookups === 1 ? local(host) : new Promise(() => undefined));
    const context = createContext(lookup);
    begin(createUdpTransport({ host: 'logs', port: receiver.port, backoff }, context));
    push(context, 'one');
    await eventually('the first line', () => expect(texts(receiver)).toEqual(['one\n']));
    context.clock.skip(30_001);
    push(context, 'two');
    await eventually('the second lookup', () => expect(lookups).toBe(2));
    push(context, 'three');
    await eventually('the other lines', () => expect(texts(receiver)).toEqual(['one\n', 'two\n', 'three\n']));
  });

  it('sends the first line after an idle time to the address that the name has by then', async () => {
    const receiver = await receive();
    let address = '127.0.0.9';
    const context = createContext(async () => [{ address, family: 4 }]);
    const transport = begin(createUdpTransport({ host: 'logs', port: receiver.port, backoff }, context));
    await eventually('the old address', () => expect(transport.peer).toBe(`127.0.0.9:${receiver.port}`));
    address = '127.0.0.1';
    context.clock.skip(30_001);
    push(context, 'one');
    await eventually('the line', () => expect(texts(receiver)).toEqual(['one\n']));
  });

  it('keeps what nobody listens for', async () => {
    const port = await freePort();
    const context = createContext();
    const transport = begin(createUdpTransport({ host: 'logs', port, backoff }, context));
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index}\n`);
    push(context, ...lines.map((line) => line.trimEnd()));
    await eventually('the refusal', () => expect(transport.trouble).toBe('connection refused'));
    const receiver = await receive({ port });
    await eventually('all lines', () => expect(new Set(texts(receiver))).toEqual(new Set(lines)));
    await eventually('the end of the trouble', () => expect(transport.trouble).toBeUndefined());
    expect(await context.count('wharf_shipper_messages_resent_total')).toBeGreaterThan(0);
  });

  it('loses no line that comes alone while nobody listens, and tells once of the beginning and the end', async () => {
    const told: string[] = [];
    const tell = (_fields: unknown, message: string) => told.push(message);
    const context = { ...createContext(), log: { ...silentLogger, info: tell, warn: tell } };
    const first = await startSyslogReceiver();
    const { port } = first;
    begin(createUdpTransport({ host: 'logs', port, backoff: { baseMs: 30, capMs: 60 } }, context));
    const resent = () => context.count('wharf_shipper_messages_resent_total');
    push(context, 'before');
    await eventually('the first line', () => expect(texts(first)).toEqual(['before\n']));
    await eventually('no doubt about it', () => expect(context.queue.messages).toBe(0));
    await first.close();
    push(context, 'alone');
    await eventually('its refusal', async () => expect(await resent()).toBe(1));
    push(context, 'later');
    await eventually('other attempts', async () => expect(await resent()).toBeGreaterThan(3));
    const again = await receive({ port });
    await eventually('both lines', () => expect(texts(again)).toEqual(['alone\n', 'later\n']));
    await eventually('an empty queue', () => expect(context.queue.messages).toBe(0));
    expect(told).toEqual(['resolved the receiver', 'cannot send to the receiver', 'can send to the receiver again']);
  });

  it('does not let datagrams in doubt fill a small queue', async () => {
    const receiver = await receive();
    const context = {
      ...createContext(),
      queue: createMessageQueue({ messages: 10, bytes: 1 << 30 }, nextTurn),
      clock: { ...systemClock, schedule: () => () => undefined },
    };
    begin(createUdpTransport({ host: 'logs', port: receiver.port, backoff }, context));
    const lines = Array.from({ length: 100 }, (_, index) => `line ${index}\n`);
    for (const line of lines) {
      await context.queue.room(AbortSignal.timeout(2_000));
      push(context, line.trimEnd());
    }
    await eventually('the lines', () => expect(texts(receiver)).toEqual(lines));
    expect(context.queue.messages).toBeLessThan(10);
  });

  it('goes over to another address when nobody listens at the first', async () => {
    const receiver = await receive();
    const addresses = ['127.0.0.9', '127.0.0.8', '127.0.0.1'].map((address) => ({ address, family: 4 }));
    const context = createContext(async () => addresses);
    const transport = begin(createUdpTransport({ host: 'logs', port: receiver.port, backoff }, context));
    push(context, ...Array.from({ length: 200 }, (_, index) => `line ${index}`));
    await eventually('the last line', () => expect(texts(receiver)).toContain('line 199\n'));
    expect(transport.peer).toBe(`127.0.0.1:${receiver.port}`);
  });

  it('forgets the failures of a receiver that takes datagrams again', async () => {
    const [port, other] = [await freePort(), await receive()];
    let ports = [port];
    const lookup: Lookup = async () =>
      ports.map((each, priority) => ({
        address: '127.0.0.1',
        family: 4,
        ttlSeconds: 1,
        service: { priority, weight: 0, port: each, target: 'a.example' },
      }));
    const context = createContext(lookup);
    const transport = begin(createUdpTransport({ host: '_logs._udp.example', port: 1, backoff }, context));
    let refusals = 0;
    const feeding = setInterval(() => {
      push(context, 'line', 'line');
      if (transport.trouble === 'connection refused') refusals++;
    }, 5);
    open.push(async () => clearInterval(feeding));
    await eventually('many refusals', () => expect(refusals).toBeGreaterThan(200));
    const best = await startSyslogReceiver({ port });
    await eventually('lines at the best', () => expect(best.messages.length).toBeGreaterThan(100));
    ports = [port, other.port];
    context.clock.skip(2_000);
    await best.close();
    await eventually('lines at the other', () => expect(other.messages.length).toBeGreaterThan(0));
    const again = await receive({ port });
    context.clock.skip(10_000);
    await eventually('lines at the best again', () => expect(again.messages.length).toBeGreaterThan(0), {
      timeoutMs: 10_000,
    });
  });

  it('drops a datagram that the network cannot take, and goes on with the next', async () => {
    const receiver = await receive();
    const context = createContext();
    begin(createUdpTransport({ host: 'logs', port: receiver.port, backoff }, context));
    push(context, 'one', 'x'.repeat(66_000), 'two');
    await eventually('its neighbours', () => expect(texts(receiver)).toEqual(['one\n', 'two\n']));
    expect(await context.count('wharf_shipper_messages_dropped_total')).toBe(1);
  });

  it('sends what is queued before it stops', async () => {
    const receiver = await receive();
    const context = createContext();
    push(context, 'one');
    const transport = createUdpTransport({ host: 'logs', port: receiver.port }, context);
    transport.start();
    await transport.stop(new AbortController().signal);
    await eventually('the line', () => expect(texts(receiver)).toEqual(['one\n']));
  });
});

describe('createOutputTransport', () => {
  it('writes to its stream', async () => {
    const output = new PassThrough();
    const context = createContext();
    begin(createOutputTransport(output, context));
    push(context, 'one', 'two');
    await eventually('the queue to empty', () => expect(context.queue.messages).toBe(0));
    expect(String(output.read())).toBe('one\ntwo\n');
  });

  it('says when nobody reads any more', async () => {
    const output = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('write'), { code: 'EPIPE' })),
    });
    output.on('error', () => undefined);
    const context = createContext();
    const transport = begin(createOutputTransport(output, context));
    push(context, 'one');
    await eventually('the trouble', () => expect(transport.trouble).toBe('connection closed by the receiver'));
  });
});

import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { createMetrics, Registry, silentLogger, systemClock } from '@wharf/agent';
import {
  type Certificates,
  createCertificates,
  eventually,
  freePort,
  type Rsyslog,
  startFaultyProxy,
  startRsyslog,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { metrics } from '../metrics.ts';
import { createMessageQueue, type MessageQueue } from '../queue/message-queue.ts';
import { createRelpFrameParser } from '../relp/relp-frame-parser.ts';
import type { Lookup } from './lookup.ts';
import { nextTurn } from './next-turn.ts';
import { createRelpTransport, type RelpSettings } from './relp-transport.ts';
import { createRouteMeter } from './route-meter.ts';

const local: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const never = new AbortController().signal;

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const push = (queue: MessageQueue, ...texts: readonly string[]): void => {
  const ends: number[] = [];
  let end = 0;
  for (const text of texts) ends.push((end += Buffer.byteLength(text)));
  queue.push({ bytes: Buffer.from(texts.join('')), ends, onSafe: () => undefined });
};

const start = (port: number, settings: Partial<RelpSettings> = {}) => {
  const registry = new Registry();
  const queue = createMessageQueue({ messages: 1_000_000, bytes: 1 << 30 }, nextTurn);
  const transport = createRelpTransport(
    { host: 'logs', port, backoff: { baseMs: 10, capMs: 100 }, ...settings },
    {
      queue,
      clock: systemClock,
      random: Math.random,
      log: silentLogger,
      meter: createRouteMeter(createMetrics(metrics, registry), 'r'),
      lookup: local,
    },
  );
  open.push(() => transport.stop(AbortSignal.abort()));
  transport.start();
  return {
    queue,
    transport,
    push: (...texts: readonly string[]) => push(queue, ...texts),
    async count(name: string) {
      const { values } = (await registry.getSingleMetric(`wharf_shipper_${name}`)?.get()) ?? { values: [] };
      return values.reduce((sum, { value }) => sum + value, 0);
    },
  };
};

/** Messages as rsyslog knows them, numbered. */
const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `<14>1 2026-02-03T04:05:06Z east web 7 - - line ${from + index}`);
const textsOf = (rsyslog: Rsyslog): readonly string[] => rsyslog.messages().map(({ msg }) => msg);
const lineNumbers = (rsyslog: Rsyslog): readonly number[] => textsOf(rsyslog).map((text) => Number(text.slice(5)));
const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);
const withoutRepeats = (values: readonly number[]): readonly number[] =>
  [...new Set(values)].toSorted((one, other) => one - other);

describe('createRelpTransport, with rsyslog', () => {
  let certificates: Certificates;
  beforeAll(async () => {
    certificates = await createCertificates();
  });
  afterAll(() => certificates.remove());

  const rsyslogWith = async (options: Parameters<typeof startRsyslog>[0] = { relp: true }): Promise<Rsyslog> => {
    const rsyslog = await startRsyslog(options);
    open.push(() => rsyslog.stop());
    return rsyslog;
  };

  it('sends each message once and in order, byte for byte, and closes in good order', async () => {
    const rsyslog = await rsyslogWith();
    const sender = start(rsyslog.relpPort);
    const odd = '<14>1 2026-02-03T04:05:06Z east web 7 - - grüße\ttab\nsecond line';
    sender.push(...numbered(0, 3_000), odd);
    await eventually('all to be confirmed', () => expect(sender.queue.messages).toBe(0));
    expect(textsOf(rsyslog)).toEqual([...upTo(3_000).map((number) => `line ${number}`), 'grüße\ttab\nsecond line']);
    expect(rsyslog.messages().every(({ inputname }) => inputname === 'imrelp')).toBe(true);
    expect(sender.transport).toMatchObject({ trouble: undefined, peer: `127.0.0.1:${rsyslog.relpPort}` });
    await sender.transport.stop(never);
    expect(await sender.count('messages_resent_total')).toBe(0);
    expect(await sender.count('messages_sent_total')).toBe(3_001);
  });

  it('sends over TLS, with a certificate of its own when that is demanded', async () => {
    const tls = { certificate: certificates.server, clients: { names: ['client.example'] } };
    const rsyslog = await rsyslogWith({ relp: true, tls });
    const { client } = certificates;
    const trusted = { ca: [client.ca], servername: 'localhost' };
    const stranger = start(rsyslog.relpTlsPort, { readTls: async () => trusted });
    stranger.push('<14>1 - - - - - - stranger');
    const sender = start(rsyslog.relpTlsPort, {
      readTls: async () => ({ ...trusted, cert: client.cert, key: client.key }),
    });
    sender.push(...numbered(0, 500));
    await eventually('all to be confirmed', () => expect(sender.queue.messages).toBe(0));
    await eventually('the stranger to be turned away', async () =>
      expect(await stranger.count('connections_lost_total')).toBeGreaterThan(1),
    );
    expect(stranger.queue.messages).toBe(1);
    expect(lineNumbers(rsyslog)).toEqual(upTo(500));
  });

  it.each(['TCP', 'TLS'])('loses nothing over %s while rsyslog is killed and started again', async (kind) => {
    const rsyslog = await rsyslogWith({ relp: true, tls: { certificate: certificates.server } });
    const readTls = async () => ({ ca: [certificates.server.ca], servername: 'localhost' });
    const sender = kind === 'TLS' ? start(rsyslog.relpTlsPort, { readTls }) : start(rsyslog.relpPort);
    let sent = 0;
    for (let round = 1; round <= 3; round++) {
      sender.push(...numbered(sent, (sent += 20_000)));
      await eventually('some of them', () => expect(rsyslog.messages().length).toBeGreaterThan(sent - 19_900));
      await rsyslog.kill();
      expect(sender.queue.messages).toBeGreaterThan(0);
      await rsyslog.restart();
    }
    await eventually('all to be confirmed', () => expect(sender.queue.messages).toBe(0), { timeoutMs: 20_000 });
    const received = lineNumbers(rsyslog);
    expect(withoutRepeats(received)).toEqual(upTo(sent));
    const resent = await sender.count('messages_resent_total');
    expect(received.length - sent).toBeLessThanOrEqual(resent);
    expect(await sender.count('connections_lost_total')).toBeGreaterThanOrEqual(3);
  });

  it('takes a paused rsyslog for dead, keeps everything, and goes on when it does', async () => {
    const rsyslog = await rsyslogWith();
    const sender = start(rsyslog.relpPort, { session: { responseTimeoutMs: 300, openTimeoutMs: 300 } });
    sender.push(...numbered(0, 10));
    await eventually('the first ten', () => expect(sender.queue.messages).toBe(0));
    rsyslog.pause();
    sender.push(...numbered(10, 500));
    await eventually('the silence', () =>
      expect(sender.transport.trouble).toMatch(/acknowledging|open the RELP session/),
    );
    // A few may have been acknowledged before the signal reached all of its threads.
    expect(sender.queue.messages).toBeGreaterThan(0);
    rsyslog.resume();
    await eventually('all to be confirmed', () => expect(sender.queue.messages).toBe(0));
    expect(withoutRepeats(lineNumbers(rsyslog))).toEqual(upTo(500));
  });

  it('is not held up by a paused rsyslog for which the kernel takes no more', async () => {
    const rsyslog = await rsyslogWith();
    const sender = start(rsyslog.relpPort, { session: { responseTimeoutMs: 300, openTimeoutMs: 300 } });
    sender.push(...numbered(0, 300));
    await eventually('the window to open', () => expect(sender.queue.messages).toBe(0));
    rsyslog.pause();
    sender.push(...Array.from({ length: 300 }, (_, index) => `<14>1 - - - - - - long ${index} ${'x'.repeat(60_000)}`));
    await eventually('the loss', async () => expect(await sender.count('connections_lost_total')).toBeGreaterThan(0));
    rsyslog.resume();
    await eventually('all to be confirmed', () => expect(sender.queue.messages).toBe(0));
    expect(new Set(textsOf(rsyslog)).size).toBe(600);
  });

  it('confirms nothing that is not acknowledged', async () => {
    const rsyslog = await rsyslogWith({ relp: 'delayable' });
    rsyslog.acknowledgeAfter('never');
    const sender = start(rsyslog.relpPort);
    sender.push(...numbered(0, 5));
    await eventually('the first to be written', () => expect(lineNumbers(rsyslog)).toEqual([0]));
    expect(sender.queue.messages).toBe(5);
    rsyslog.acknowledgeAfter(0);
    await eventually('all to be confirmed', () => expect(sender.queue.messages).toBe(0));
    expect(lineNumbers(rsyslog)).toEqual(upTo(5));
  });

  it('loses nothing over a link that is cut after one number of bytes or another', async () => {
    const rsyslog = await rsyslogWith();
    const proxy = await startFaultyProxy({ port: rsyslog.relpPort });
    open.push(() => proxy.close());
    const sender = start(proxy.port);
    let sent = 0;
    for (const [side, bytes] of [
      ['client', 150],
      ['client', 4_001],
      ['server', 130],
      ['server', 997],
      ['client', 70_000],
    ] as const) {
      proxy.cutAfter(bytes, side);
      sender.push(...numbered(sent, (sent += 1_500)));
      const { accepted } = proxy;
      await eventually('two cuts', () => expect(proxy.accepted).toBeGreaterThan(accepted + 1));
      proxy.heal();
    }
    await eventually('all to be confirmed', () => expect(sender.queue.messages).toBe(0), { timeoutMs: 20_000 });
    expect(withoutRepeats(lineNumbers(rsyslog))).toEqual(upTo(sent));
  });
});

describe('createRelpTransport', () => {
  /** A RELP server whose answers to messages are the test's: a text, or undefined to close the connection. */
  const serve = async (answer: (text: string) => string | undefined): Promise<number> => {
    const server: Server = createServer((socket: Socket) => {
      const parser = createRelpFrameParser(1 << 20);
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        parser.push(bytes, ({ txnr, command, data }) => {
          const offers = '200 OK\nrelp_version=0\ncommands=syslog';
          const text = command === 'open' ? offers : command === 'syslog' ? answer(String(data)) : '200 OK';
          if (text === undefined) socket.destroy();
          else socket.write(`${txnr} rsp ${text.length} ${text}\n`);
        });
      });
    });
    const port = await freePort();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    open.push(async () => server.close());
    return port;
  };

  it('gives up a message that the receiver refuses again and again, and sends those after it', async () => {
    const asked: string[] = [];
    const port = await serve((text) => {
      asked.push(text);
      return text === 'bad' ? '500 no' : '200 OK';
    });
    const sender = start(port, { session: { retryDelayMs: 5 } });
    sender.push('one', 'bad', 'two');
    await eventually('all to be done with', () => expect(sender.queue.messages).toBe(0));
    expect(asked.filter((text) => text === 'bad')).toHaveLength(3);
    expect(asked).toContain('two');
    expect(await sender.count('messages_dropped_total')).toBe(1);
    expect(sender.transport.trouble).toBeUndefined();
  });

  it('gives up a message that the receiver refuses and closes on, each time', async () => {
    let isOpen = true;
    const port = await serve((text) => {
      if (text === 'bad') isOpen = !isOpen;
      return text === 'bad' ? (isOpen ? undefined : '500 no') : '200 OK';
    });
    const sender = start(port, { session: { retryDelayMs: 5 } });
    sender.push('bad', 'one');
    await eventually('all to be done with', () => expect(sender.queue.messages).toBe(0));
    expect(await sender.count('messages_dropped_total')).toBe(1);
  });

  it('cuts a long message with which the receiver ends every session, and only that one', async () => {
    const taken: string[] = [];
    const port = await serve((text) => {
      if (text.length > 50_000) return undefined;
      taken.push(text);
      return '200 OK';
    });
    const sender = start(port);
    sender.push('one', 'b'.repeat(50_001), 'c'.repeat(50_000));
    await eventually('all to be confirmed', () => expect(sender.queue.messages).toBe(0));
    expect(new Set(taken)).toEqual(new Set(['one', 'b'.repeat(8_096), 'c'.repeat(50_000)]));
    expect(await sender.count('messages_cut_total')).toBe(1);
  });

  it('counts a message once that is cut in one session after the other', async () => {
    let losses = 0;
    const port = await serve((text) => (text.length > 50_000 || losses++ < 3 ? undefined : '200 OK'));
    const sender = start(port);
    sender.push('b'.repeat(50_001));
    await eventually('all to be confirmed', () => expect(sender.queue.messages).toBe(0));
    expect(losses).toBe(4);
    expect(await sender.count('messages_cut_total')).toBe(1);
  });

  it('says what is wrong with a receiver that does not speak RELP', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.end('220 hello\r\n');
    });
    const port = await freePort();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    open.push(async () => server.close());
    const sender = start(port);
    await eventually('the reason', () => expect(sender.transport.trouble).toMatch(/does not speak RELP/));
  });

  it('keeps what is queued while the receiver refuses, and stops at once when told to', async () => {
    const sender = start(await freePort());
    sender.push('one');
    await eventually('the refusal', () => expect(sender.transport.trouble).toBe('connection refused'));
    const giveUp = new AbortController();
    const stopped = sender.transport.stop(giveUp.signal);
    giveUp.abort();
    await stopped;
    expect(sender.queue.messages).toBe(1);
  });

  it('acknowledged or not, sends what is queued before it stops', async () => {
    const taken: string[] = [];
    const port = await serve((text) => {
      taken.push(text);
      return '200 OK';
    });
    const sender = start(port);
    sender.push('one', 'two');
    await sender.transport.stop(never);
    expect(taken).toEqual(['one', 'two']);
    expect(sender.queue.messages).toBe(0);
  });
});

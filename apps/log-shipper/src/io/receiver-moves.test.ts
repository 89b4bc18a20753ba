import { createMetrics, Registry, silentLogger, systemClock } from '@wharf/agent';
import {
  eventually,
  freePort,
  type NameServer,
  type Rsyslog,
  type SyslogReceiver,
  startNameServer,
  startRsyslog,
  startSyslogReceiver,
} from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { metrics } from '../metrics.ts';
import { createMessageQueue, type MessageQueue } from '../queue/message-queue.ts';
import { createLookup } from './lookup.ts';
import { nextTurn } from './next-turn.ts';
import type { ReceiverSettings } from './receiver.ts';
import { createRelpTransport } from './relp-transport.ts';
import { createRouteMeter } from './route-meter.ts';
import { createTcpTransport } from './tcp-transport.ts';
import type { Transport, TransportContext } from './transport.ts';
import { createUdpTransport } from './udp-transport.ts';

const SERVICE = '_syslog._tcp.example';
const backoff = { baseMs: 10, capMs: 100 };

let nameServer: NameServer;
const open: (() => Promise<unknown>)[] = [];
beforeEach(async () => {
  nameServer = await startNameServer();
  open.push(() => nameServer.close());
});
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const receive = async (options: Parameters<typeof startSyslogReceiver>[0] = {}): Promise<SyslogReceiver> => {
  const receiver = await startSyslogReceiver(options);
  open.push(() => receiver.close());
  return receiver;
};
const rsyslogWith = async (options: Parameters<typeof startRsyslog>[0] = {}): Promise<Rsyslog> => {
  const rsyslog = await startRsyslog(options);
  open.push(() => rsyslog.stop());
  return rsyslog;
};

const carriers = {
  tcp: (settings: ReceiverSettings, context: TransportContext): Transport =>
    createTcpTransport({ ...settings, backoff, resend: { ageMs: 60_000, bytes: 1 << 20 } }, context),
  relp: (settings: ReceiverSettings, context: TransportContext): Transport =>
    createRelpTransport({ ...settings, backoff }, context),
  udp: (settings: ReceiverSettings, context: TransportContext): Transport =>
    createUdpTransport({ ...settings, backoff }, context),
};

const messageOf = (number: number): string => `<14>1 2026-02-03T04:05:06Z east web 7 - - line ${number}`;
const pushLine = (queue: MessageQueue, number: number, end: string): void => {
  const bytes = Buffer.from(messageOf(number) + end);
  queue.push({ bytes, ends: [bytes.length], onSafe: () => undefined });
};

/** A transport that is fed a numbered line every other millisecond, until `finish`. */
const begin = (carrier: keyof typeof carriers, settings: ReceiverSettings) => {
  const registry = new Registry();
  const queue = createMessageQueue({ messages: 1_000_000, bytes: 1 << 30 }, nextTurn);
  const transport = carriers[carrier](settings, {
    queue,
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
    meter: createRouteMeter(createMetrics(metrics, registry), 'r'),
    lookup: createLookup({ servers: [nameServer.address], resolvConf: '/dev/null', nsswitchConf: '/dev/null' }),
  });
  let pushed = 0;
  const timer = setInterval(() => pushLine(queue, pushed++, carrier === 'relp' ? '' : '\n'), 2);
  open.push(() => transport.stop(AbortSignal.abort()));
  open.push(async () => clearInterval(timer));
  transport.start();
  return {
    transport,
    /** Ends the feeding; the numbers of all lines. */
    finish(): readonly number[] {
      clearInterval(timer);
      return Array.from({ length: pushed }, (_, number) => number);
    },
    async count(name: string) {
      const { values } = (await registry.getSingleMetric(`wharf_shipper_${name}`)?.get()) ?? { values: [] };
      return values.reduce((sum, { value }) => sum + value, 0);
    },
  };
};

const numberIn = (text: string): number => Number(/line (\d+)/.exec(text)?.[1]);
const textsOf = (receiver: SyslogReceiver | Rsyslog): readonly string[] =>
  'pid' in receiver ? receiver.messages().map(({ msg }) => msg) : receiver.messages.map(({ text }) => text);
const numbersOf = (...receivers: readonly (SyslogReceiver | Rsyslog)[]): readonly number[] =>
  receivers.flatMap((receiver) => textsOf(receiver).map(numberIn));
const sorted = (numbers: Iterable<number>): readonly number[] => [...numbers].toSorted((one, other) => one - other);
const hasSome = (receiver: SyslogReceiver | Rsyslog) => () => expect(numbersOf(receiver).length).toBeGreaterThan(20);

/** SRV records of services on 127.0.0.1, the port of the best first. */
const setPorts = (...ports: readonly number[]): void =>
  nameServer.set(
    'a.example 60 A 127.0.0.1',
    ...ports.map((port, index) => `${SERVICE} 1 SRV ${10 * (index + 1)} 0 ${port} a.example`),
  );

describe('a connection whose name has another address', () => {
  it('moves over within the TTL, and every line arrives just once', async () => {
    const first = await receive();
    const second = await receive({ port: first.port, host: '127.0.0.9' });
    nameServer.set('logs.example 1 A 127.0.0.1');
    const sender = begin('tcp', { host: 'logs.example', port: first.port });
    await eventually('lines at the first address', hasSome(first));
    nameServer.set('logs.example 1 A 127.0.0.9');
    await eventually('lines at the second address', hasSome(second));
    const all = sender.finish();
    await eventually('all lines', () => expect(sorted(numbersOf(first, second))).toEqual(all));
    expect(sender.transport.peer).toBe(`127.0.0.9:${first.port}`);
    expect(await sender.count('connections_moved_total')).toBe(1);
    expect(await sender.count('connections_lost_total')).toBe(0);
    expect(await sender.count('messages_resent_total')).toBe(0);
  });

  it('stays while nobody listens at the new address', async () => {
    const first = await receive();
    nameServer.set('logs.example 1 A 127.0.0.1');
    const sender = begin('tcp', { host: 'logs.example', port: first.port });
    await eventually('lines', hasSome(first));
    nameServer.set('logs.example 1 A 127.0.0.9');
    const asked = nameServer.queries.length;
    await eventually('the name asked twice more', () => expect(nameServer.queries.length).toBeGreaterThan(asked + 4));
    const before = numbersOf(first).length;
    await eventually('more lines', () => expect(numbersOf(first).length).toBeGreaterThan(before));
    const second = await receive({ port: first.port, host: '127.0.0.9' });
    await eventually('lines at the new address', hasSome(second));
    const all = sender.finish();
    await eventually('all lines', () => expect(sorted(numbersOf(first, second))).toEqual(all));
    expect(await sender.count('connections_lost_total')).toBe(0);
  });

  it('is settled first with real receivers: rsyslog has every line just once', async () => {
    for (const carrier of ['tcp', 'relp'] as const) {
      const [first, second] = await Promise.all([rsyslogWith({ relp: true }), rsyslogWith({ relp: true })]);
      const portOf = ({ tcpPort, relpPort }: Rsyslog) => (carrier === 'tcp' ? tcpPort : relpPort);
      setPorts(portOf(first));
      const sender = begin(carrier, { host: SERVICE, port: 1 });
      await eventually('lines at the first', hasSome(first));
      setPorts(portOf(second));
      await eventually('lines at the second', hasSome(second));
      const all = sender.finish();
      await eventually('all lines', () => expect(sorted(numbersOf(first, second))).toEqual(all));
      expect(await sender.count('connections_moved_total')).toBe(1);
      expect(await sender.count('messages_resent_total')).toBe(0);
    }
  });

  it('is left without a settlement when the receiver does not answer, and what is open is sent again', async () => {
    const [first, second] = await Promise.all([rsyslogWith({ relp: true }), rsyslogWith({ relp: true })]);
    setPorts(first.relpPort);
    const sender = begin('relp', { host: SERVICE, port: 1 });
    await eventually('lines at the first', hasSome(first));
    first.pause();
    setPorts(second.relpPort);
    await eventually('lines at the second', hasSome(second));
    first.resume();
    const all = sender.finish();
    await eventually('all lines', () => expect(sorted(new Set(numbersOf(first, second)))).toEqual(all));
    expect(await sender.count('connections_moved_total')).toBe(1);
    expect(await sender.count('messages_resent_total')).toBeGreaterThan(0);
  });
});

describe('a service with two receivers', () => {
  it.each(['tcp', 'relp'] as const)('fails over and back over %s, and loses nothing', async (carrier) => {
    const [best, other] = await Promise.all([rsyslogWith({ relp: true }), rsyslogWith({ relp: true })]);
    const portOf = ({ tcpPort, relpPort }: Rsyslog) => (carrier === 'tcp' ? tcpPort : relpPort);
    setPorts(portOf(best), portOf(other));
    const sender = begin(carrier, { host: SERVICE, port: 1, failBackEveryMs: 200 });
    await eventually('lines at the best', hasSome(best));
    await best.kill();
    await eventually('lines at the other', hasSome(other));
    await best.restart();
    await eventually('the way back', () => expect(sender.transport.peer).toBe(`127.0.0.1:${portOf(best)}`));
    const before = numbersOf(best).length;
    await eventually('more lines at the best', () => expect(numbersOf(best).length).toBeGreaterThan(before + 20));
    const all = sender.finish();
    await eventually('all lines', () => expect(sorted(new Set(numbersOf(best, other)))).toEqual(all));
    expect(await sender.count('connections_lost_total')).toBe(1);
    expect(await sender.count('connections_moved_total')).toBe(1);
  });

  it('is failed over to over UDP', async () => {
    const other = await receive();
    const port = await freePort();
    setPorts(port, other.port);
    const sender = begin('udp', { host: SERVICE, port: 1 });
    await eventually('lines at the other', hasSome(other));
    expect(sender.transport.trouble).toBeUndefined();
    sender.finish();
  });

  it('is waited for while the name has no SRV record', async () => {
    const receiver = await receive();
    const sender = begin('tcp', { host: SERVICE, port: 1 });
    await eventually('the trouble', () => expect(sender.transport.trouble).toBe('the name has no SRV record'));
    setPorts(receiver.port);
    await eventually('lines', hasSome(receiver));
    const all = sender.finish();
    await eventually('all lines', () => expect(numbersOf(receiver)).toEqual(all));
  });
});

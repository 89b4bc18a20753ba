import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { systemClock } from '@wharf/agent';
import { decodeMessage } from '@wharf/dns-wire';
import { createMemoryKeyStore } from '@wharf/etcd-client';
import { createHostilePackets, decodeDnsReply, isOwedReply } from '@wharf/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Answerer, createAnswerer } from './answer/create-answerer.ts';
import { respond, type Transport } from './answer/respond.ts';
import { udpIos } from './io/start-udp.ts';
import { createZoneData } from './records/zone-data.ts';
import { heldOctets } from './testing/collect-garbage.ts';
import { configureServer } from './testing/configure-server.ts';
import { startTestServer } from './testing/start-server.ts';

/** Whatever answers may depend on, but others are never asked. */
const args = ['-no-rec', '-wildcards', '-auto-ptr', '-chaos', '-nsid=here'];

const SEED = Math.floor(Math.random() * 2 ** 32);
const PURE_PACKETS = 40_000;
const SOCKET_PACKETS = 30_000;

/** Packets under way at a time: few enough for a socket's buffer. */
const WINDOW = 40;

/** More than compiled code and bounded caches take, and less than one small object for each packet. */
const MAX_GROWTH_OCTETS = 2.5 * 2 ** 20;

/** Packets with something wrong that a failure shows. */
const MAX_SHOWN = 3;

/** More than fit into a reply over UDP. */
const many = Array.from(
  { length: 60 },
  (_, i) => [`/skydns/local/skydns/many/${i}`, `{"host":"10.0.1.${i}"}`] as const,
);

const records: readonly (readonly [key: string, value: string])[] = [
  ...many,
  ['/skydns/local/skydns/web/1', '{"host":"10.0.0.1","port":80}'],
  ['/skydns/local/skydns/web/2', '{"host":"2001:db8::1","port":80,"text":"two"}'],
  ['/skydns/local/skydns/wild/*', '{"host":"10.0.0.4"}'],
  ['/skydns/arpa/in-addr/10/0/0/9', '{"host":"nine.skydns.local"}'],
  ['/skydns/local/skydns/alias', '{"host":"web.skydns.local"}'],
  ['/skydns/local/skydns/_tcp/_web/Shop', '{"host":"10.0.0.3","port":80,"text":"a=b"}'],
];
const names = [
  'skydns.local',
  'web.skydns.local',
  '1.web.skydns.local',
  'alias.skydns.local',
  'many.skydns.local',
  '_web._tcp.skydns.local',
  'ns.dns.skydns.local',
  'wild.skydns.local',
  'any.*.skydns.local',
  '1.0.0.10.in-addr.arpa',
  '9.0.0.10.in-addr.arpa',
  'version.bind',
  'example.org',
];

/** What is wrong with the reply to a packet, if anything. */
function replyProblem(packet: Buffer, reply: Buffer | undefined, transport: Transport): string | undefined {
  if (reply === undefined) return isOwedReply(packet) ? 'there is no reply' : undefined;
  if (!isOwedReply(packet)) return 'what is no query has a reply';
  if (transport === 'udp' && reply.length > 1_232) return `the reply has ${reply.length} octets`;
  if (!reply.subarray(0, 2).equals(packet.subarray(0, 2))) return 'the reply has another ID';
  return readProblem(reply);
}

/** Why a reply cannot be read, by the decoder here or by an independent one. */
function readProblem(reply: Buffer): string | undefined {
  const decoded = decodeMessage(reply);
  if (!decoded.ok) return `the reply cannot be read: ${decoded.error.message}`;
  if (!decoded.value.response) return 'the reply is a query';
  try {
    decodeDnsReply(reply);
    return undefined;
  } catch (error) {
    return `the reply cannot be read by dns-packet: ${String(error)}`;
  }
}

function createTestAnswerer(): Answerer {
  const config = configureServer(args);
  const data = createZoneData({
    prefix: config.pathPrefix,
    nameSeed: 1,
    onRejected: () => undefined,
    onUpdated: () => undefined,
  });
  for (const [index, [key, value]] of records.entries()) {
    const entry = { key, value, createRevision: 1, modRevision: index + 1, lease: '0' };
    data.sink.applyChanges([{ type: 'put', entry }], index + 1);
  }
  const sources = {
    index: () => data.index,
    state: () => 'current' as const,
    recordsOfAddress: () => [],
    remainingSeconds: () => undefined,
    wallMs: () => 0,
    server: { version: 'wharf', hostname: 'host' },
    random: () => 0,
  };
  return createAnswerer(config.answers, config.listen, sources);
}

describe(`hostile packets (seed ${SEED})`, () => {
  it.each(['udp', 'tcp'] as const)('all have a sound reply or none, as they come over %s', (transport) => {
    const answer = createTestAnswerer();
    const next = createHostilePackets({ seed: SEED, names });
    const problems: string[] = [];
    for (let number = 0; number < PURE_PACKETS && problems.length < MAX_SHOWN; number++) {
      const { kind, bytes } = next();
      const problem = replyProblem(bytes, respond(bytes, transport, answer).reply?.bytes, transport);
      if (problem !== undefined) problems.push(`packet ${number}, ${kind}: ${problem}: ${bytes.toString('hex')}`);
    }
    expect(problems).toEqual([]);
  });

  it.each(udpIos)('neither stop nor fill a server that takes datagrams by %s', async (io) => {
    const store = createMemoryKeyStore({ clock: systemClock });
    for (const [key, value] of records) await store.transact({ guards: [], operations: [{ type: 'put', key, value }] });
    const server = await startTestServer(store, [...args, `-udp=${io}`]);
    onTestFinished(() => server.agent.stop());
    await server.reached(records.length);
    const socket = await connect(server.port);
    onTestFinished(() => void socket.close());
    const next = createHostilePackets({ seed: SEED, names });

    const fifth = SOCKET_PACKETS / 5;
    await exchange(socket, fifth, next);
    const early = heldOctets();
    await exchange(socket, SOCKET_PACKETS - fifth, next);
    expect(heldOctets() - early).toBeLessThan(MAX_GROWTH_OCTETS);
    expect((await server.ask('1.web.skydns.local', 'A')).texts).toEqual(['1.web.skydns.local. 3600 IN A 10.0.0.1']);
    expect(await server.registry.getSingleMetricAsString('wharf_dns_failures_total')).toMatch(/_total 0$/m);
  });
});

async function connect(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

/**
 * Sends packets, a window at a time, each when all replies to the one before have come.
 * @throws Error when a reply is to none of the window's packets, or is not sound
 */
async function exchange(socket: Socket, count: number, next: ReturnType<typeof createHostilePackets>): Promise<void> {
  for (let sent = 0; sent < count; sent += WINDOW) {
    const packets = Array.from({ length: WINDOW }, () => next().bytes);
    const open = new Map(packets.map((bytes) => [idOf(bytes), bytes]));
    for (const reply of await replies(socket, packets)) {
      const packet = open.get(idOf(reply));
      const problem = packet === undefined ? 'nobody asked for it' : readProblem(reply);
      if (problem !== undefined) throw new Error(`${problem}: ${reply.toString('hex')}, ${packet?.toString('hex')}`);
    }
  }
}

async function replies(socket: Socket, packets: readonly Buffer[]): Promise<readonly Buffer[]> {
  const owed = packets.filter(isOwedReply).length;
  const received: Buffer[] = [];
  const all = new Promise<void>((resolve) => {
    const onMessage = (reply: Buffer): void => {
      received.push(reply);
      if (received.length < owed) return;
      socket.off('message', onMessage);
      resolve();
    };
    socket.on('message', onMessage);
  });
  for (const bytes of packets) socket.send(bytes);
  await all;
  return received;
}

function idOf(bytes: Buffer): string {
  return bytes.toString('hex', 0, 2);
}

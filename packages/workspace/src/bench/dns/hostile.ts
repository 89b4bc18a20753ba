import { createHostilePackets, encodeDnsQuery, hostileKinds, queryDns } from '@wharf/testkit';
import { metricValue } from '../metric-value.ts';
import { readUsage } from '../process-usage.ts';
import { median } from '../statistics.ts';
import { openPacketSender, type PacketSender } from './packet-sender.ts';
import { DOMAIN, makeServices } from './service-data.ts';
import { type DnsServerTarget, startDnsServer, startStore } from './stage.ts';

const SERVICES = 1_000;
const INSTANCES = 4;
const ROUNDS = 5;
/** Each round sends so many of each of the eight kinds: 1,000,000 packets in all. */
const PACKETS = 25_000;
const GOAL = 2;
const SEED = 1;

const FIRST_UNKNOWN_TYPE = 1_000;
const NXDOMAIN = 3;
const REFUSED = 5;

/** One kind of packets in one round. */
interface Figures {
  readonly cpuMicros: number;
  readonly rcodes: ReadonlyMap<number, number>;
  readonly lost: number;
}

/**
 * What 1,000,000 hostile packets cost the server, each kind beside normal queries that are answered the same way: a name
 * that does not exist, a name of other servers, and else, as no packet comes twice, a question that nobody has asked before.
 */
export async function benchHostile(print: (line: string) => void): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const services = makeServices(SERVICES, INSTANCES);
  const store = await startStore(services, cleanup);
  const server = await startDnsServer('batch', store, cleanup);
  const names = services.map(({ name }) => name);
  const repeated = queries((number) => names[number % SERVICES] ?? '');
  const sender = await openPacketSender(server.port, repeated(), cleanup);
  const rows = new Map<string, () => Buffer>([
    ['repeated', repeated],
    ['first', firstQuestions(names)],
    ['absent', queries((number) => `no-${number}.${DOMAIN}`)],
    ['refused', queries(() => 'www.example.org')],
  ]);
  for (const kind of hostileKinds) {
    const next = createHostilePackets({ seed: SEED, names, kinds: [kind] });
    rows.set(kind, () => next().bytes);
  }

  const figures = new Map<string, Figures[]>([...rows.keys()].map((name) => [name, []]));
  const rssMib: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, next] of rows) figures.get(name)?.push(await measure(server, sender, next));
    rssMib.push(readUsage(server.pid).rssMib);
    print(`${(((round + 1) * PACKETS * hostileKinds.length) / 1e6).toFixed(1)} million packets`);
  }
  report(figures, print);
  print(`resident memory after each fifth: ${rssMib.map((mib) => mib.toFixed(0)).join(', ')} MiB`);
  const { rcode } = await queryDns({ port: server.port, name: names[0] ?? '', type: 'A' });
  const faults = metricValue(await server.agent.text('/metrics'), 'wharf_dns_failures_total');
  print(`afterwards it answers ${rcode}; faults of the server itself: ${faults}`);
}

/** Queries for addresses, one number after another. */
function queries(nameOf: (number: number) => string): () => Buffer {
  let number = 0;
  return () => encodeDnsQuery({ name: nameOf(number++), type: 'A' });
}

/** Each asks for another type of some name, of which nothing is known. */
function firstQuestions(names: readonly string[]): () => Buffer {
  let number = 0;
  return () => {
    const name = names[number % names.length] ?? '';
    const type = FIRST_UNKNOWN_TYPE + Math.floor(number++ / names.length);
    return encodeDnsQuery({ name, type: `UNKNOWN_${type}` });
  };
}

async function measure(server: DnsServerTarget, sender: PacketSender, next: () => Buffer): Promise<Figures> {
  const before = readUsage(server.pid).cpuSeconds;
  const { rcodes, lost } = await sender.send(PACKETS, next);
  return { cpuMicros: ((readUsage(server.pid).cpuSeconds - before) * 1e6) / PACKETS, rcodes, lost };
}

function report(figures: ReadonlyMap<string, readonly Figures[]>, print: (line: string) => void): void {
  const cpuOf = (name: string): number => median((figures.get(name) ?? []).map(({ cpuMicros }) => cpuMicros));
  const references = new Map([
    [NXDOMAIN, cpuOf('absent')],
    [REFUSED, cpuOf('refused')],
  ]);
  print(
    `CPU for each packet, its ratio to queries that are answered the same way (goal ${GOAL}x) and to repeated ones`,
  );
  for (const [name, rounds] of figures) {
    const micros = cpuOf(name);
    const rcodes = rounds.at(-1)?.rcodes ?? new Map<number, number>();
    const alike = micros / meanReference(rcodes, references, cpuOf('first'));
    const columns = [
      name.padEnd(9),
      `${micros.toFixed(1).padStart(6)} µs`,
      `${alike.toFixed(2)}x`,
      `${(micros / cpuOf('repeated')).toFixed(2)}x`,
      `${rounds.reduce((sum, round) => sum + round.lost, 0)} lost`,
      showRcodes(rcodes),
    ];
    print(columns.join('  '));
  }
}

/** What normal queries with these codes would have cost. */
function meanReference(
  rcodes: ReadonlyMap<number, number>,
  references: ReadonlyMap<number, number>,
  otherwise: number,
): number {
  let sum = 0;
  let replies = 0;
  for (const [rcode, count] of rcodes) {
    sum += count * (references.get(rcode) ?? otherwise);
    replies += count;
  }
  return (sum + (PACKETS - replies) * otherwise) / PACKETS;
}

function showRcodes(rcodes: ReadonlyMap<number, number>): string {
  const shares = [...rcodes].toSorted(([a], [b]) => a - b);
  return shares.map(([rcode, count]) => `rcode ${rcode}: ${((100 * count) / PACKETS).toFixed(0)} %`).join(', ');
}

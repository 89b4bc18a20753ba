import { createHostilePackets, encodeDnsQuery, hostileKinds, queryDns } from '@wharf/testkit';
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

const NXDOMAIN = 3;
const REFUSED = 5;

/** One kind of packets in one round. */
interface Figures {
  readonly cpuMicros: number;
  readonly rcodes: ReadonlyMap<number, number>;
  readonly lost: number;
}

/**
 * What 1,000,000 hostile packets cost the server, each kind beside normal queries that are answered with the same code:
 * an address, a name that does not exist, and a name of other servers. Silence and errors are beside the first.
 */
export async function benchHostile(print: (line: string) => void): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const services = makeServices(SERVICES, INSTANCES);
  const store = await startStore(services, cleanup);
  const server = await startDnsServer('batch', store, cleanup);
  const names = services.map(({ name }) => name);
  const normal = {
    address: queries((number) => names[number % SERVICES] ?? ''),
    absent: queries((number) => `no-${number}.${DOMAIN}`),
    refused: queries(() => 'www.example.org'),
  };
  const sender = await openPacketSender(server.port, normal.address(), cleanup);
  const rows = new Map<string, () => Buffer>(Object.entries(normal));
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
  const faults = /^wharf_dns_failures_total (\d+)$/m.exec(await server.agent.text('/metrics'))?.[1];
  print(`afterwards it answers ${rcode}; faults of the server itself: ${faults}`);
}

/** Queries for addresses, one number after another. */
function queries(nameOf: (number: number) => string): () => Buffer {
  let number = 0;
  return () => encodeDnsQuery({ name: nameOf(number++), type: 'A' });
}

async function measure(server: DnsServerTarget, sender: PacketSender, next: () => Buffer): Promise<Figures> {
  const before = readUsage(server.pid).cpuSeconds;
  const { rcodes, lost } = await sender.send(PACKETS, next);
  return { cpuMicros: ((readUsage(server.pid).cpuSeconds - before) * 1e6) / PACKETS, rcodes, lost };
}

function report(figures: ReadonlyMap<string, readonly Figures[]>, print: (line: string) => void): void {
  const cpuOf = (name: string): number => median((figures.get(name) ?? []).map(({ cpuMicros }) => cpuMicros));
  const address = cpuOf('address');
  const references = new Map([
    [NXDOMAIN, cpuOf('absent')],
    [REFUSED, cpuOf('refused')],
  ]);
  for (const [name, rounds] of figures) {
    const micros = cpuOf(name);
    const lost = rounds.reduce((sum, round) => sum + round.lost, 0);
    const line = `${name.padEnd(9)} ${micros.toFixed(1).padStart(6)} µs CPU`;
    const rcodes = rounds.at(-1)?.rcodes ?? new Map<number, number>();
    const reference = meanReference(rcodes, references, address);
    print(
      `${line}  ${(micros / reference).toFixed(2)}x of such queries (goal ${GOAL}x)  ${showRcodes(rcodes)}  ${lost} lost`,
    );
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

import { createSeededRandom, type SeededRandom } from './seeded-random.ts';

/**
 * What is wrong with a packet:
 * - `random`: octets by chance, with or without a header that promises a query.
 * - `mutated`: a real query, with EDNS and options or without, of which some octets are others, more or fewer.
 * - `pointers`: names of compression pointers: to themselves, each other, forwards, and in long chains.
 * - `counts`: a header that promises more than there is, and sections full of the smallest entries there are.
 * - `response`: answers, true and false ones, which nobody has asked for.
 * - `cut`: a real query that ends early, at every octet.
 * - `names`: labels and names over the limits, and labels of the two reserved types.
 * - `codes`: real queries with every opcode, class, type, flag and EDNS version.
 */
export const hostileKinds = ['random', 'mutated', 'pointers', 'counts', 'response', 'cut', 'names', 'codes'] as const;

export type HostileKind = (typeof hostileKinds)[number];

export interface HostilePacket {
  readonly kind: HostileKind;
  readonly bytes: Buffer;
}

export interface HostileOptions {
  /** The same seed gives the same packets. */
  readonly seed: number;
  /** Names that real queries ask for: `web.example.org`. */
  readonly names: readonly string[];
  /** All kinds in turn when absent. */
  readonly kinds?: readonly HostileKind[];
}

/** An endless row of packets that a DNS server has to survive; each call gives the next one. */
export function createHostilePackets({ seed, names, kinds = hostileKinds }: HostileOptions): () => HostilePacket {
  const random = createSeededRandom(seed);
  const wireNames = names.map(wireName);
  let turn = 0;
  return () => {
    const kind = kinds[turn++ % kinds.length] ?? 'random';
    return { kind, bytes: makers[kind](random, wireNames) };
  };
}

/** Whether a server owes a reply: to all that has a whole header, and is no response. */
export function isOwedReply(packet: Buffer): boolean {
  return packet.length >= HEADER_OCTETS && ((packet[2] ?? 0) & 0x80) === 0;
}

type Maker = (random: SeededRandom, names: readonly Buffer[]) => Buffer;

const HEADER_OCTETS = 12;
const MAX_PACKET_OCTETS = 600;
const A = 1;
const OPT = 41;
const IN = 1;

/** A, NS, CNAME, SOA, PTR, MX, TXT, AAAA, SRV, NAPTR, DS, DNSKEY, SVCB, HTTPS, IXFR, AXFR, ANY. */
const TYPES = [1, 2, 5, 6, 12, 15, 16, 28, 33, 35, 43, 48, 64, 65, 251, 252, 255];

/** NSID, client subnet, expire, cookie, keepalive, padding, chain, key tag, extended error. */
const OPTIONS = [3, 8, 9, 10, 11, 12, 13, 14, 15];

/** The root, the first label of the question, the header, and far away. */
const TARGETS = [0x00, 0x0c, 0x0d, 0x3fff];

const makers: Readonly<Record<HostileKind, Maker>> = {
  random(random) {
    const bytes = random.octets(random.below(MAX_PACKET_OCTETS));
    if (random.chance(0.5) && bytes.length >= HEADER_OCTETS) header(random, { questions: 1 }).copy(bytes);
    return bytes;
  },

  mutated(random, names) {
    let bytes = realQuery(random, names);
    for (let left = 1 + random.below(2); left > 0; left--) bytes = random.pick(mutations)(bytes, random);
    return bytes;
  },

  pointers(random) {
    const type = uint16(random.pick(TYPES));
    const name = random.pick(pointerNames)(random);
    const filler = random.octets(random.below(64));
    return Buffer.concat([header(random, { questions: 1 }), name, type, uint16(IN), filler]);
  },

  counts(random, names) {
    const [questions, answers, authorities, additionals] = random.pick(promises)(random);
    const head = header(random, { questions, answers, authorities, additionals });
    const body = random.pick(bodies)(random, names);
    return Buffer.concat([head, body]);
  },

  response(random, names) {
    const name = random.pick(names);
    const question = Buffer.concat([name, uint16(A), uint16(IN)]);
    const answers = random.below(30);
    const answer = Buffer.from('c00c000100010000003c00040a000001', 'hex');
    const head = header(random, { questions: 1, answers });
    head[2] = 0x80 | random.below(0x80);
    return Buffer.concat([head, question, ...Array.from({ length: answers }, () => answer)]);
  },

  cut(random, names) {
    const bytes = realQuery(random, names);
    return bytes.subarray(0, random.below(bytes.length));
  },

  names(random) {
    const name = random.pick(oversizedNames)(random);
    return Buffer.concat([header(random, { questions: 1 }), name, uint16(A), uint16(IN)]);
  },

  codes(random, names) {
    const bytes = realQuery(random, names);
    const end = HEADER_OCTETS + bytes.subarray(HEADER_OCTETS).indexOf(0) + 1;
    // QR is never set; in half of all, the opcode is that of a query.
    bytes.writeUInt16BE(random.below(0x8000) & (random.chance(0.5) ? 0x7fff : 0x07ff), 2);
    if (random.chance(0.5)) bytes.writeUInt16BE(random.below(0x1_0000), end);
    if (random.chance(0.3)) bytes.writeUInt16BE(random.pick([0, 2, 3, 4, 254, 255, 0xffff]), end + 2);
    // The EDNS version, the second octet of the OPT record's TTL.
    if (random.chance(0.5) && bytes.length > end + 4 + 7) bytes[end + 4 + 6] = random.below(256);
    return bytes;
  },
};

interface Counts {
  readonly questions: number;
  readonly answers?: number;
  readonly authorities?: number;
  readonly additionals?: number;
}

/** A query's header with an ID by chance, and RD in half of all. */
function header(random: SeededRandom, { questions, answers = 0, authorities = 0, additionals = 0 }: Counts): Buffer {
  const bytes = Buffer.alloc(HEADER_OCTETS);
  const words = [random.below(0x1_0000), random.chance(0.5) ? 0x0100 : 0, questions, answers, authorities, additionals];
  for (const [index, word] of words.entries()) bytes.writeUInt16BE(word, 2 * index);
  return bytes;
}

/** A question for a known name or one near it, and in half of all cases an OPT record with options. */
function realQuery(random: SeededRandom, names: readonly Buffer[]): Buffer {
  const name = random.pick(names);
  const label = random.octets(1 + random.below(20));
  const near = random.chance(0.5) ? name : Buffer.concat([Buffer.of(label.length), label, name]);
  const question = Buffer.concat([near, uint16(random.pick(TYPES)), uint16(IN)]);
  if (random.chance(0.5)) return Buffer.concat([header(random, { questions: 1 }), question]);
  return Buffer.concat([header(random, { questions: 1, additionals: 1 }), question, optRecord(random)]);
}

function optRecord(random: SeededRandom): Buffer {
  const options = Array.from({ length: random.below(4) }, () => {
    const data = random.octets(random.below(41));
    return Buffer.concat([uint16(random.pick(OPTIONS)), uint16(data.length), data]);
  });
  const data = Buffer.concat(options);
  const size = random.pick([0, 512, 1_232, 4_096, 0xffff]);
  const flags = Buffer.of(0, 0, random.chance(0.5) ? 0x80 : 0, 0);
  return Buffer.concat([Buffer.of(0), uint16(OPT), uint16(size), flags, uint16(data.length), data]);
}

const mutations: readonly ((bytes: Buffer, random: SeededRandom) => Buffer)[] = [
  function flipBit(bytes, random) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
    return bytes;
  },
  function setOctet(bytes, random) {
    bytes[random.below(bytes.length)] = random.below(256);
    return bytes;
  },
  function insert(bytes, random) {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes.subarray(0, at), random.octets(1 + random.below(12)), bytes.subarray(at)]);
  },
  function remove(bytes, random) {
    const at = random.below(bytes.length);
    const rest = bytes.subarray(at + 1 + random.below(6));
    return at + rest.length === 0 ? bytes : Buffer.concat([bytes.subarray(0, at), rest]);
  },
  function repeat(bytes, random) {
    const at = random.below(bytes.length);
    return Buffer.concat([bytes, bytes.subarray(at, at + 1 + random.below(80))]);
  },
  function changeCount(bytes, random) {
    if (bytes.length >= HEADER_OCTETS) bytes.writeUInt16BE(random.below(4), 4 + 2 * random.below(4));
    return bytes;
  },
];

const pointerNames: readonly ((random: SeededRandom) => Buffer)[] = [
  () => pointer(HEADER_OCTETS),
  () => Buffer.concat([pointer(HEADER_OCTETS + 2), pointer(HEADER_OCTETS)]),
  () => Buffer.concat([Buffer.from('\u0003web'), pointer(HEADER_OCTETS)]),
  (random) => pointer(random.pick(TARGETS)),
  (random) => pointer(random.below(0x4000)),
  function forwards(random) {
    const links = 1 + random.below(250);
    return Buffer.concat(Array.from({ length: links }, (_, link) => pointer(HEADER_OCTETS + 2 * (link + 1))));
  },
  function backwards(random) {
    const links = 1 + random.below(250);
    const chain = Array.from({ length: links }, (_, link) => pointer(HEADER_OCTETS + 1 + 2 * Math.max(link - 1, 0)));
    return Buffer.concat([Buffer.of(0), ...chain]);
  },
  function labelsBetween(random) {
    const links = 1 + random.below(120);
    const chain = Array.from({ length: links }, (_, link) => [
      Buffer.from('\u0001a'),
      pointer(HEADER_OCTETS + 4 * (links - link - 1)),
    ]);
    return Buffer.concat(chain.flat());
  },
];

const promises: readonly ((random: SeededRandom) => readonly [number, number, number, number])[] = [
  () => [0xffff, 0xffff, 0xffff, 0xffff],
  (random) => [1, random.below(0x1_0000), random.below(0x1_0000), random.below(0x1_0000)],
  (random) => [random.below(110), 0, 0, 0],
  (random) => [1, 0, 0, random.below(60)],
  (random) => [random.below(4), random.below(4), random.below(4), random.below(4)],
];

const bodies: readonly Maker[] = [
  () => Buffer.alloc(0),
  (random, names) => Buffer.concat([random.pick(names), uint16(A), uint16(IN)]),
  // The smallest questions: for the root.
  (random) => Buffer.concat(Array.from({ length: random.below(110) }, () => Buffer.from('0000010001', 'hex'))),
  // After one question, records without data, OPT records, and one OPT record with as many options as fit.
  (random) => records(random.below(60), Buffer.from('0000010001000000000000', 'hex')),
  (random) => records(random.below(60), Buffer.from('00002904d0000000000000', 'hex')),
  (random) => records(1, Buffer.concat([Buffer.from('00002904d000000000', 'hex'), emptyOptions(random)])),
];

function records(count: number, record: Buffer): Buffer {
  const question = Buffer.from('0000010001', 'hex');
  return Buffer.concat([question, ...Array.from({ length: count }, () => record)]);
}

/** The length of an OPT record's data, and that data. */
function emptyOptions(random: SeededRandom): Buffer {
  const count = random.below(140);
  const options = Array.from({ length: count }, () => [uint16(random.pick(OPTIONS)), uint16(0)]);
  return Buffer.concat([uint16(4 * count), ...options.flat()]);
}

const oversizedNames: readonly ((random: SeededRandom) => Buffer)[] = [
  function reservedLabel(random) {
    const length = 64 + random.below(128);
    return Buffer.concat([Buffer.of(length), random.octets(length), Buffer.of(0)]);
  },
  function tooLong(random) {
    const label = Buffer.concat([Buffer.of(63), random.octets(63)]);
    return Buffer.concat([label, label, label, label, ...(random.chance(0.5) ? [label] : []), Buffer.of(0)]);
  },
  // 127 labels are just within the limits, 128 are not.
  (random) =>
    Buffer.concat([...Array.from({ length: 126 + random.below(4) }, () => Buffer.from('\u0001a')), Buffer.of(0)]),
  function manyLabels(random) {
    return Buffer.concat([...Array.from({ length: 250 }, () => Buffer.of(1, random.below(256))), Buffer.of(0)]);
  },
  function withoutEnd(random) {
    return Buffer.concat([Buffer.of(63), random.octets(random.below(60))]);
  },
];

function pointer(target: number): Buffer {
  return uint16(0xc000 | target);
}

function uint16(value: number): Buffer {
  return Buffer.of(value >> 8, value & 0xff);
}

function wireName(name: string): Buffer {
  const labels = name.split('.').map((label) => Buffer.from(label));
  return Buffer.concat([...labels.flatMap((label) => [Buffer.of(label.length), label]), Buffer.of(0)]);
}

import { decodeMessage, encodeMessage, type Message } from '@wharf/dns-wire';
import { decode, encode } from 'dns-packet';
import { compare } from './compare.ts';

/**
 * A reply of four SRV records with their addresses and an OPT record: as an answer of the DNS server is put together
 * the first time it is asked for, here and with the npm package dns-packet.
 */
export async function benchDnsWire(print: (line: string) => void): Promise<void> {
  const packet = encode(theirs);
  const decoded = decodeMessage(packet);
  if (!decoded.ok) throw new Error(decoded.error.message);
  const message: Message = decoded.value;
  const encoded = encodeMessage(message);
  if (!encoded.ok) throw new Error(encoded.error.message);

  print('encode a reply of 4 SRV, 4 A and OPT');
  const encoders = [
    { name: 'dns-packet', run: () => void encode(theirs) },
    { name: 'dns-wire', run: () => void encodeMessage(message) },
  ];
  compare(encoders, 1, print);
  print(`size: dns-packet ${packet.length} bytes, dns-wire ${encoded.value.length} bytes (compressed)`);

  print('decode that reply (dns-wire reads frames and names itself, and record data with dns-packet)');
  const bytes = encoded.value;
  const decoders = [
    { name: 'dns-packet', run: () => void decode(bytes) },
    { name: 'dns-wire', run: () => void decodeMessage(bytes) },
  ];
  compare(decoders, 1, print);

  print('a header of 12 octets that promises 65,535 of each');
  const bomb = Buffer.from('123400000000ffffffffffff', 'hex').subarray(0, 12);
  bomb.fill(0xff, 4);
  const defences = [
    { name: 'dns-packet', run: () => swallow(() => decode(bomb)) },
    { name: 'dns-wire', run: () => void decodeMessage(bomb) },
  ];
  compare(defences, 1, print);
}

const INSTANCES = [1, 2, 3, 4];
const SERVICE = 'web.east.example.local';

const theirs: Parameters<typeof encode>[0] = {
  type: 'response',
  id: 1,
  flags: 0,
  questions: [{ type: 'SRV', class: 'IN', name: SERVICE }],
  answers: INSTANCES.map((n) => ({
    type: 'SRV',
    class: 'IN',
    name: SERVICE,
    ttl: 60,
    data: { priority: 10, weight: 25, port: 8080, target: `i${n}.${SERVICE}` },
  })),
  additionals: [
    ...INSTANCES.map((n) => ({
      type: 'A' as const,
      class: 'IN' as const,
      name: `i${n}.${SERVICE}`,
      ttl: 60,
      data: `10.0.0.${n}`,
    })),
    {
      type: 'OPT',
      name: '.',
      udpPayloadSize: 1232,
      extendedRcode: 0,
      ednsVersion: 0,
      flags: 0,
      flag_do: false,
      options: [],
    },
  ],
};

function swallow(work: () => unknown): void {
  try {
    work();
  } catch {
    return; // It refuses the packet as well; what counts is how long that takes.
  }
}

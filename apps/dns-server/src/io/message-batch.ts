import { SOCKET_ADDRESS_OCTETS } from './socket-address.ts';

/** `struct mmsghdr` where pointers and `size_t` have 8 octets: recvmmsg(2), sendmmsg(2). */
export const MESSAGE_HEADER_OCTETS = 64;

/** Fields of `struct mmsghdr`, in units of 4 octets. */
const NAME = 0;
const NAME_OCTETS = 2;
const VECTORS = 4;
const VECTOR_COUNT = 6;
const LENGTH = 14;
const HEADER_WORDS = MESSAGE_HEADER_OCTETS / 4;

/** `struct iovec`. */
const VECTOR_OCTETS = 16;
const VECTOR_WORDS = VECTOR_OCTETS / 4;
const VECTOR_LENGTH = 2;

const NAME_SLOT_OCTETS = 32;

/** Keeps slots whose size is a power of two out of the same few lines of the processor's caches. */
const SLOT_GAP_OCTETS = 256;

export interface MessageBatchOptions {
  readonly count: number;
  /** The longest datagram. */
  readonly slotOctets: number;
  /** Where in this process's memory the bytes are. */
  readonly addressOf: (memory: Buffer) => bigint;
}

/** The argument of recvmmsg(2) and sendmmsg(2): messages with room for a datagram and an address each. */
export interface MessageBatch {
  readonly count: number;
  readonly slotOctets: number;
  /** The `struct mmsghdr`s come first in it; it must be kept for as long as the system is told of its address. */
  readonly memory: Buffer;
  /** Of `memory`. */
  readonly address: number;
  /** Lets the first `count` messages be received into again, whatever was received or put there. */
  clear(count: number): void;
  /** Where in `memory` the datagram of message `i` is, or is to be put. */
  slotAt(i: number): number;
  /** How many octets the datagram of message `i` has. */
  octets(i: number): number;
  /** Where in `memory` the socket address of message `i` is, and how many octets it has. */
  nameAt(i: number): number;
  nameOctets(i: number): number;
  /** The datagram of message `i`, received or put there: a view. */
  datagram(i: number): Buffer;
  /** The socket address of message `i`, of the length that it has: a view. */
  name(i: number): Buffer;
  /** Makes message `i` one to send; both are copied, and the datagram must fit. */
  put(i: number, datagram: Uint8Array, name: Uint8Array): void;
  /** Makes message `i` one to send: its slot has so many octets already, the address is that of message `j` of `from`. */
  addressTo(i: number, octets: number, from: MessageBatch, j: number): void;
}

/**
 * Lays out a batch in one piece of memory: headers, vectors, names, datagrams. Pages that no datagram has touched cost
 * nothing. For little-endian hosts with 64 bits.
 */
export function createMessageBatch({ count, slotOctets, addressOf }: MessageBatchOptions): MessageBatch {
  const vectorsAt = count * MESSAGE_HEADER_OCTETS;
  const namesAt = vectorsAt + count * VECTOR_OCTETS;
  const slotsAt = namesAt + count * NAME_SLOT_OCTETS;
  const stride = slotOctets + SLOT_GAP_OCTETS;
  const memory = Buffer.from(new ArrayBuffer(slotsAt + count * stride));
  const address = addressOf(memory);
  const words = new Uint32Array(memory.buffer, 0, namesAt / 4);
  const vectorWords = vectorsAt / 4;

  const nameAt = (i: number): number => namesAt + i * NAME_SLOT_OCTETS;
  const slotAt = (i: number): number => slotsAt + i * stride;
  const setWord = (at: number, value: number): void => {
    words[at] = value;
  };
  const octets = (i: number): number => words[i * HEADER_WORDS + LENGTH] ?? 0;
  const nameOctets = (i: number): number => words[i * HEADER_WORDS + NAME_OCTETS] ?? 0;
  const setLengths = (i: number, length: number, nameLength: number): void => {
    setWord(i * HEADER_WORDS + NAME_OCTETS, nameLength);
    setWord(i * HEADER_WORDS + LENGTH, length);
    setWord(vectorWords + i * VECTOR_WORDS + VECTOR_LENGTH, length);
  };
  const point = (word: number, offset: number): void => {
    memory.writeBigUInt64LE(address + BigInt(offset), word * 4);
  };

  for (let i = 0; i < count; i++) {
    const header = i * HEADER_WORDS;
    const vector = vectorWords + i * VECTOR_WORDS;
    point(header + NAME, nameAt(i));
    setWord(header + NAME_OCTETS, SOCKET_ADDRESS_OCTETS);
    point(header + VECTORS, vector * 4);
    setWord(header + VECTOR_COUNT, 1);
    point(vector, slotAt(i));
    setWord(vector + VECTOR_LENGTH, slotOctets);
  }

  return {
    count,
    slotOctets,
    memory,
    address: Number(address),
    clear(cleared) {
      for (let i = 0; i < cleared; i++) {
        setWord(i * HEADER_WORDS + NAME_OCTETS, SOCKET_ADDRESS_OCTETS);
        setWord(vectorWords + i * VECTOR_WORDS + VECTOR_LENGTH, slotOctets);
      }
    },
    slotAt,
    octets,
    nameAt,
    nameOctets,
    datagram: (i) => memory.subarray(slotAt(i), slotAt(i) + octets(i)),
    name: (i) => memory.subarray(nameAt(i), nameAt(i) + nameOctets(i)),
    put(i, datagram, name) {
      if (datagram.length > slotOctets) throw new RangeError(`${datagram.length} octets do not fit into ${slotOctets}`);
      memory.set(datagram, slotAt(i));
      memory.set(name, nameAt(i));
      setLengths(i, datagram.length, name.length);
    },
    addressTo(i, length, from, j) {
      const into = nameAt(i);
      const start = from.nameAt(j);
      const nameLength = from.nameOctets(j);
      for (let octet = 0; octet < nameLength; octet++) memory[into + octet] = from.memory[start + octet] ?? 0;
      setLengths(i, length, nameLength);
    },
  };
}

import { describe, expect, it } from 'vitest';
import { createMessageBatch, MESSAGE_HEADER_OCTETS } from './message-batch.ts';

const ADDRESS = 0x7f12_3456_7000n;

const create = (count: number) => createMessageBatch({ count, slotOctets: 100, addressOf: () => ADDRESS });

describe('createMessageBatch', () => {
  it('points every header at a name, a vector and a datagram of its own', () => {
    const { memory } = create(3);
    const offset = (at: number): number => Number(memory.readBigUInt64LE(at) - ADDRESS);
    const ranges: (readonly [number, number])[] = [];
    for (let header = 0; header < 3 * MESSAGE_HEADER_OCTETS; header += MESSAGE_HEADER_OCTETS) {
      ranges.push([header, MESSAGE_HEADER_OCTETS]);
      expect(memory.readUInt32LE(header + 8)).toBe(28);
      ranges.push([offset(header), 28]);
      const vector = offset(header + 16);
      expect(vector % 8).toBe(0);
      expect(memory.readBigUInt64LE(header + 24)).toBe(1n);
      ranges.push([vector, 16]);
      expect(memory.readBigUInt64LE(vector + 8)).toBe(100n);
      ranges.push([offset(vector), 100]);
      expect(memory.subarray(header + 32, header + 64).every((octet) => octet === 0)).toBe(true);
    }
    const sorted = ranges.toSorted(([a], [b]) => a - b);
    for (const [i, [start, length]] of sorted.entries()) {
      expect(start + length).toBeLessThanOrEqual(sorted[i + 1]?.[0] ?? memory.length);
    }
  });

  it('gives back what was put there', () => {
    const batch = create(2);
    batch.put(0, Buffer.from('one'), Buffer.alloc(16, 1));
    batch.put(1, Buffer.alloc(100, 2), Buffer.alloc(28, 3));
    expect([batch.datagram(0), batch.name(0)]).toEqual([Buffer.from('one'), Buffer.alloc(16, 1)]);
    expect([batch.datagram(1), batch.name(1)]).toEqual([Buffer.alloc(100, 2), Buffer.alloc(28, 3)]);
    batch.put(1, Buffer.from('x'), Buffer.alloc(16, 4));
    expect([batch.datagram(1), batch.name(1)]).toEqual([Buffer.from('x'), Buffer.alloc(16, 4)]);
  });

  it('sends what is in a slot to whom a message of another batch is from', () => {
    const received = create(2);
    for (const [i, length] of [16, 28].entries()) received.put(i, Buffer.from('query'), Buffer.alloc(length, i + 1));
    const batch = create(3);
    for (const [j, i] of [2, 0].entries()) {
      batch.memory.write('reply', batch.slotAt(i));
      batch.addressTo(i, 5, received, j);
      expect([batch.datagram(i), batch.name(i)]).toEqual([Buffer.from('reply'), received.name(j)]);
      expect(batch.memory.readUInt32LE(i * MESSAGE_HEADER_OCTETS + 56)).toBe(5);
    }
  });

  it('makes room for longer datagrams and addresses again', () => {
    const batch = create(2);
    for (const i of [0, 1]) batch.put(i, Buffer.from('x'), Buffer.alloc(16));
    batch.clear(1);
    expect([batch.name(0).length, batch.name(1).length]).toEqual([28, 16]);
    const vectorLengths = [0, 1].map((i) => batch.memory.readBigUInt64LE(2 * MESSAGE_HEADER_OCTETS + i * 16 + 8));
    expect(vectorLengths).toEqual([100n, 1n]);
  });

  it('refuses a datagram that would run into the next', () => {
    expect(() => create(2).put(0, Buffer.alloc(101), Buffer.alloc(16))).toThrow('101 octets do not fit into 100');
  });
});

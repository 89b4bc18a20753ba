import { encodeMessage, type Message, Opcode, type Question, replyTo } from '@wharf/dns-wire';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAnswer } from './read-answer.ts';
import { hasStubOption } from './stub-option.ts';
import { upstreamQuery, withoutEdns } from './upstream-query.ts';

const question: Question = { name: ['www', 'example', 'org'], type: 'A', class: 'IN' };
const query = upstreamQuery(0x1234, question);
const packetOf = (message: Message): Buffer => {
  const encoded = encodeMessage(message);
  if (!encoded.ok) throw new Error(encoded.error.message);
  return encoded.value;
};

describe('readAnswer', () => {
  it('takes an answer for an answer, and never a packet with another ID, whatever else it holds', () => {
    const packet = packetOf(replyTo(query, {}));
    expect(readAnswer(query, packet)).toMatchObject({ ok: true, value: { questions: [question] } });
    fc.assert(
      fc.property(fc.nat({ max: 0xffff }), (id) => {
        packet.writeUInt16BE(id, 0);
        const read = readAnswer(query, packet);
        expect(read.ok).toBe(id === query.id);
      }),
    );
  });

  it('reads any octets to an answer to this question or a reason', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (octets) => {
        const read = readAnswer(query, Buffer.concat([Buffer.from([0x12, 0x34]), octets]));
        const isFormErr = read.ok && read.value.rcode === 1;
        expect(!read.ok || isFormErr || read.value.questions.length === 1).toBe(true);
      }),
    );
  });

  it('takes neither a query nor the answer to another operation', () => {
    const answer = replyTo(query, {});
    for (const other of [query, { ...answer, opcode: Opcode.NOTIFY }]) {
      expect(readAnswer(query, packetOf(other))).toEqual({ ok: false, error: 'query' });
    }
  });

  it('takes an error without question for an answer only when the query could not be read', () => {
    const without = { ...replyTo(query, {}), questions: [] };
    expect(readAnswer(query, packetOf({ ...without, rcode: 1 }))).toMatchObject({ ok: true });
    for (const rcode of [0, 2, 3, 5]) {
      expect(readAnswer(query, packetOf({ ...without, rcode }))).toEqual({ ok: false, error: 'question' });
    }
  });
});

describe('upstreamQuery', () => {
  it('is marked when it goes to a stub zone', () => {
    expect(hasStubOption(query.edns)).toBe(false);
    expect(hasStubOption(upstreamQuery(1, question, { isStub: true }).edns)).toBe(true);
    expect(hasStubOption(undefined)).toBe(false);
  });

  it('loses nothing but EDNS', () => {
    expect({ ...withoutEdns(query), edns: query.edns }).toEqual(query);
    expect(withoutEdns(query)).not.toHaveProperty('edns');
  });
});

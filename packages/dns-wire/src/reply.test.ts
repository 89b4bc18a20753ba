import { describe, expect, it } from 'vitest';
import { Rcode } from './codes.ts';
import { decodeMessage } from './decode-message.ts';
import { encodeMessage } from './encode-message.ts';
import type { Message, Question } from './message.ts';
import { replyTo } from './reply.ts';

const query: Message = {
  id: 7,
  response: false,
  opcode: 0,
  authoritative: false,
  truncated: false,
  recursionDesired: true,
  recursionAvailable: false,
  authenticData: true,
  checkingDisabled: true,
  rcode: 0,
  questions: [{ name: ['WeB', 'example'], type: 'A', class: 'IN' }],
  answers: [],
  authorities: [],
  additionals: [],
};
const edns = { version: 0, udpSize: 4_096, dnssecOk: true, options: [{ code: 10, data: Uint8Array.of(1) }] };

describe('replyTo', () => {
  it('repeats ID, question, RD and CD, and nothing else', () => {
    expect(replyTo(query, { authoritative: true })).toEqual({
      ...query,
      response: true,
      authoritative: true,
      authenticData: false,
    });
  });

  it('has EDNS when the query has, with its DO bit and our size, without its options', () => {
    expect(replyTo({ ...query, edns }, {}).edns).toEqual({ version: 0, udpSize: 1_232, dnssecOk: true, options: [] });
    expect(replyTo(query, { options: edns.options }).edns).toBeUndefined();
  });

  it('repeats no questions when there are several: that is an error (RFC 9619), and they may be longer than a reply', () => {
    const questions = Array.from({ length: 8 }, (_, n): Question => {
      return { name: [String(n).repeat(62)], type: 'A', class: 'IN' };
    });
    const reply = replyTo({ ...query, questions }, { rcode: Rcode.FORMERR });
    const bytes = encodeMessage(reply, { limit: 512 });
    expect(bytes.ok && decodeMessage(bytes.value)).toMatchObject({ value: { rcode: 1, questions: [] } });
  });

  it('says BADVERS in version 0, whatever version was asked in (RFC 6891 section 6.1.3)', () => {
    const reply = replyTo({ ...query, edns: { ...edns, version: 1 } }, { rcode: Rcode.BADVERS });
    const bytes = encodeMessage(reply, { limit: 512 });
    expect(bytes.ok && decodeMessage(bytes.value)).toMatchObject({ value: { rcode: 16, edns: { version: 0 } } });
  });
});

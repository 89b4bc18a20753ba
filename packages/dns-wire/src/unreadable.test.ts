import { describe, expect, it } from 'vitest';
import { decodeRequest } from './decode-message.ts';
import { unreadableRcode } from './unreadable.ts';

const octetsOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

const refused: readonly (readonly [what: string, hex: string, rcode: number])[] = [
  ['an opcode', '0001 1000 0000 0000 0000 0000', 4],
  ['an opcode, and more records than are looked at', '0001 1000 0000 0000 0000 0009', 4],
  ['a question that is not there', '0001 0100 0001 0000 0000 0000', 1],
  ['nine questions', `0001 0100 0009 0000 0000 0000 ${'00 0001 0001'.repeat(9)}`, 1],
  ['a reserved label', '0001 0100 0001 0000 0000 0000 4161 00 0001 0001', 1],
  ['a pointer to itself', '0001 0100 0001 0000 0000 0000 c00c 0001 0001', 1],
  ['a pointer to its own labels', '0001 0100 0001 0000 0000 0000 0161 c00c 0001 0001', 1],
  ['a label beyond the end', '0001 0100 0001 0000 0000 0000 0a61 00 0001 0001', 1],
  ['a name of 256 octets', `0001 0100 0001 0000 0000 0000 ${'0161'.repeat(126)} 026162 00 0001 0001`, 1],
  ['a question that is cut', '0001 0100 0001 0000 0000 0000 0161 00 0001 00', 1],
  ['data beyond the end', '0001 0100 0000 0001 0000 0000 00 0001 0001 00000000 0001', 1],
];

describe('unreadableRcode', () => {
  it.each<[string, string]>([
    ['a query', '0001 0100 0001 0000 0000 0000 0161 00 0001 0001'],
    ['a name of two parts', '0001 0100 0002 0000 0000 0000 0161 00 0001 0001 0162 c00c 0001 0001'],
    ['a response', '0001 8100 ffff 0000 0000 0000'],
    ['half a header', '0001 0100 0001'],
    ['an opcode with a record that may be OPT', '0001 1000 0000 0000 0000 0001'],
    ['a name of 255 octets', `0001 0100 0001 0000 0000 0000 ${'0161'.repeat(127)} 00 0001 0001`],
  ])('says nothing of %s', (_what, hex) => {
    expect(unreadableRcode(octetsOf(hex), 0, octetsOf(hex).length)).toBeUndefined();
  });

  it.each(refused)('says of %s what the decoder says', (_what, hex, rcode) => {
    expect(unreadableRcode(octetsOf(hex), 0, octetsOf(hex).length)).toBe(rcode);
    expect(decodeRequest(octetsOf(hex))).toMatchObject({ ok: false, error: { reply: { rcode } } });
  });

  it('does not look over the ends of the packet', () => {
    const query = Buffer.from('000101000001000000000000016100000100', 'hex');
    const memory = Buffer.concat([Buffer.alloc(3, 0xff), query, Buffer.from('01')]);
    expect(unreadableRcode(memory, 3, 3 + query.length)).toBe(1);
    expect(unreadableRcode(memory, 3, 4 + query.length)).toBeUndefined();
  });
});

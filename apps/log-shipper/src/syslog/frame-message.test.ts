import { describe, expect, it } from 'vitest';
import { MessageBuilder } from '../queue/message-builder.ts';
import { DATAGRAM_LIMIT, endMessage, type Framing } from './frame-message.ts';

const frame = (text: string, framing: Framing) => {
  const out = new MessageBuilder();
  out.utf8('before');
  out.end();
  out.utf8(text);
  const isWhole = endMessage(out, framing);
  const { bytes, ends } = out.take();
  return { isWhole, message: bytes.subarray(ends[0], ends[1]) };
};

describe('endMessage', () => {
  it.each<[Framing, string, string]>([
    ['traditional', '<14>1 ahoy', '<14>1 ahoy\n'],
    ['octet-counted', '<14>1 ahoy', '11 <14>1 ahoy\n'],
    ['octet-counted', 'grüße', '8 grüße\n'],
    ['bare', '<14>1 ahoy', '<14>1 ahoy'],
    ['datagram', '<14>1 ahoy', '<14>1 ahoy\n'],
  ])('%s: %j becomes %j', (framing, text, framed) => {
    const { isWhole, message } = frame(text, framing);
    expect([isWhole, String(message)]).toEqual([true, framed]);
  });

  it('leaves alone a datagram that fits to the byte', () => {
    const { isWhole, message } = frame('x'.repeat(DATAGRAM_LIMIT - 1), 'datagram');
    expect([isWhole, message.length]).toEqual([true, DATAGRAM_LIMIT]);
  });

  it.each([
    ['ASCII', 'x'.repeat(DATAGRAM_LIMIT), 'x'.repeat(DATAGRAM_LIMIT - 1)],
    ['before a character that does not fit', `${'x'.repeat(DATAGRAM_LIMIT - 3)}€ more`, 'x'.repeat(DATAGRAM_LIMIT - 3)],
    ['after one that just fits', `${'x'.repeat(DATAGRAM_LIMIT - 4)}€ more`, `${'x'.repeat(DATAGRAM_LIMIT - 4)}€`],
  ])('cuts %s and keeps the LF', (_name, text, kept) => {
    const { isWhole, message } = frame(text, 'datagram');
    expect(isWhole).toBe(false);
    expect(message.length).toBeLessThanOrEqual(DATAGRAM_LIMIT);
    expect(message.equals(Buffer.from(`${kept}\n`))).toBe(true);
  });
});

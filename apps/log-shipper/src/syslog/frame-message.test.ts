import { describe, expect, it } from 'vitest';
import { DATAGRAM_LIMIT, frameDatagram, frameStream } from './frame-message.ts';

describe('frameStream', () => {
  it.each([
    ['traditional', '<14>1 ahoy\n', '<14>1 ahoy\n'],
    ['octet-counted', '<14>1 ahoy\n', '11 <14>1 ahoy\n'],
    ['octet-counted', 'grüße\n', '8 grüße\n'],
  ] as const)('%s: %j becomes %j', (framing, message, framed) => {
    expect(String(frameStream(Buffer.from(message), framing))).toBe(framed);
  });
});

describe('frameDatagram', () => {
  const fill = (length: number, end: string) => Buffer.from('x'.repeat(length) + end);

  it('leaves alone what fits to the byte', () => {
    const message = fill(DATAGRAM_LIMIT - 1, '\n');
    expect(frameDatagram(message)).toBe(message);
  });

  it('holds no more memory than the datagram, and leaves the message as it was', () => {
    const message = fill(1_048_576, '\n');
    expect(frameDatagram(message).buffer.byteLength).toBeLessThanOrEqual(DATAGRAM_LIMIT);
    expect(message.equals(fill(1_048_576, '\n'))).toBe(true);
  });

  it.each([
    ['ASCII', fill(DATAGRAM_LIMIT, '\n'), fill(DATAGRAM_LIMIT - 1, '\n')],
    ['before a character that does not fit', fill(DATAGRAM_LIMIT - 3, '€ and more\n'), fill(DATAGRAM_LIMIT - 3, '\n')],
    ['after a character that just fits', fill(DATAGRAM_LIMIT - 4, '€ and more\n'), fill(DATAGRAM_LIMIT - 4, '€\n')],
  ])('cuts %s and keeps the LF', (_name, message, datagram) => {
    const framed = frameDatagram(message);
    expect(framed.length).toBeLessThanOrEqual(DATAGRAM_LIMIT);
    expect(framed.equals(datagram)).toBe(true);
  });
});

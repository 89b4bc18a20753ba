import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createFrameReader, frame } from './frame-reader.ts';

describe('createFrameReader', () => {
  it('gives back the messages that were framed, however the stream is cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 2_000, size: 'max' }), { maxLength: 20 });
    fc.assert(
      fc.property(messages, fc.array(fc.integer({ min: 1, max: 3_000 })), (messages, sizes) => {
        const stream = Buffer.concat(messages.map((message) => frame(Buffer.from(message))));
        const reader = createFrameReader();
        const seen: Buffer[] = [];
        for (let at = 0; at < stream.length; ) {
          const size = sizes.shift() ?? 1_500;
          reader.push(stream.subarray(at, at + size));
          at += size;
          for (let message = reader.next(); message !== undefined; message = reader.next()) {
            seen.push(Buffer.from(message));
          }
        }
        expect(seen).toEqual(messages.map((message) => Buffer.from(message)));
      }),
    );
  });
});

import { replyTo } from '@wharf/dns-wire';
import { encodeDnsQuery } from '@wharf/testkit';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { respond, serverFailure } from './respond.ts';

const bytes = encodeDnsQuery({ name: 'web.example.org', type: 'A', recursionDesired: true });

describe('respond', () => {
  it('answers SERVFAIL when the reply cannot be written, and says why', () => {
    const record = { name: ['x'.repeat(64)], class: 'IN', ttl: 1, type: 'A', address: '10.0.0.1' } as const;
    const { reply, problem } = respond(bytes, 'udp', (query) => replyTo(query, { answers: [record] }));
    expect(reply?.message.rcode).toBe(2);
    expect(problem).toContain('64 octets');
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.nat({ max: bytes.length }), (noise, at) => {
        const mutated = Buffer.from(bytes);
        mutated.set(noise.subarray(0, bytes.length - at), at);
        for (const packet of [noise, mutated]) {
          const { reply } = respond(packet, 'udp', (query) => replyTo(query, {}));
          expect(reply?.bytes.length ?? 0).toBeLessThanOrEqual(512);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('serverFailure', () => {
  it('repeats ID, opcode and RD, and nothing else', () => {
    const reply = serverFailure(bytes);
    expect(reply?.subarray(0, 2)).toEqual(bytes.subarray(0, 2));
    expect(reply?.subarray(2).toString('hex')).toBe('81020000000000000000');
  });

  it.each([Buffer.alloc(11), Buffer.concat([Buffer.of(0, 1, 0x80), Buffer.alloc(9)])])(
    'keeps silent to what is no query',
    (packet) => {
      expect(serverFailure(packet)).toBeUndefined();
    },
  );
});

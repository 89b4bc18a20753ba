import { decodeRequest } from '@wharf/dns-wire';
import { createHostilePackets } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { createScannedQuery, scanQuery } from './scan-query.ts';

const SEED = Math.floor(Math.random() * 2 ** 32);

const packet = (...parts: readonly string[]): Buffer => Buffer.from(parts.join('').replaceAll(' ', ''), 'hex');
const scan = (bytes: Buffer, seed = 1) => {
  const scanned = createScannedQuery();
  return scanQuery(bytes, 0, bytes.length, seed, scanned) ? scanned : undefined;
};

const PLAIN = '0001 0100 0001 0000 0000 0000';
const WITH_OPT = '0001 0000 0001 0000 0000 0001';
/** `a.Bc`, type A. */
const QUESTION = '0161 024263 00 0001 0001';
const COOKIE = '000a 0008 0102030405060708';

describe('scanQuery', () => {
  it('says where things are, wherever the packet is', () => {
    const memory = Buffer.concat([
      Buffer.alloc(5, 0xff),
      packet(WITH_OPT, QUESTION, '00 0029 0500 00 00 8000 000c', COOKIE),
    ]);
    const scanned = createScannedQuery();
    expect(scanQuery(memory, 5, memory.length, 1, scanned)).toBe(true);
    expect({ ...scanned, hash: 0, labelStarts: [...scanned.labelStarts.subarray(0, 2)] }).toEqual({
      start: 5,
      nameEnd: 5 + 12 + 6,
      type: 1,
      hash: 0,
      labelCount: 2,
      labelStarts: [12, 14],
      isRecursionDesired: false,
      hasNsid: false,
      hasKeepalive: false,
      hasEdns: true,
      isDnssecOk: true,
      udpSize: 0x500,
      cookieAt: memory.length - 8,
      cookieOctets: 8,
    });
  });

  it('says nothing of the query before', () => {
    const scanned = createScannedQuery();
    const before = packet(WITH_OPT, QUESTION, '00 0029 0500 00 00 8000 000c', COOKIE);
    const bytes = packet(PLAIN, '00 0002 0001');
    scanQuery(before, 0, before.length, 1, scanned);
    scanQuery(bytes, 0, bytes.length, 1, scanned);
    expect({ ...scanned, labelStarts: [] }).toEqual({ ...scan(bytes), labelStarts: [] });
  });

  it.each([
    ['a question', packet(PLAIN, QUESTION)],
    ['the root', packet(PLAIN, '00 0002 0001')],
    ['a name of 255 octets', packet(PLAIN, '0161'.repeat(127), '00 0001 0001')],
    ['octets behind it', packet(PLAIN, QUESTION, 'ff')],
    ['OPT', packet(WITH_OPT, QUESTION, '00 0029 0000 00 00 0000 0000')],
    ['a client subnet and padding', packet(WITH_OPT, QUESTION, '00 0029 0000 00 00 0000 0009 0008 0000 000c 0001 00')],
  ])('takes %s', (_what, bytes) => {
    expect(scan(bytes)).toBeDefined();
    expect(decodeRequest(bytes).ok).toBe(true);
  });

  it('tells of options that are heeded, and of the first cookie', () => {
    const other = '000a 0008 1112131415161718';
    const bytes = packet(
      WITH_OPT,
      QUESTION,
      '00 0029 0000 00 00 0000 0024 0003 0000 ffff 0000',
      COOKIE,
      other,
      '000b 0000',
    );
    expect(scan(bytes)).toMatchObject({
      hasNsid: true,
      hasKeepalive: true,
      cookieAt: 12 + 10 + 11 + 8 + 4,
      cookieOctets: 8,
    });
  });

  it.each([
    ['a header alone', packet(PLAIN)],
    ['a response', packet('0001 8100 0001 0000 0000 0000', QUESTION)],
    ['another opcode', packet('0001 2000 0001 0000 0000 0000', QUESTION)],
    ['two questions', packet('0001 0100 0002 0000 0000 0000', QUESTION, QUESTION)],
    ['an answer', packet('0001 0100 0001 0001 0000 0000', QUESTION, '00 0001 0001 00000000 0000')],
    ['an authority', packet('0001 0100 0001 0000 0001 0000', QUESTION, '00 0001 0001 00000000 0000')],
    [
      'two additional records',
      packet('0001 0100 0001 0000 0000 0002', QUESTION, '00 0029 0000 00 00 0000 0000'.repeat(2)),
    ],
    ['an additional record that is not OPT', packet(WITH_OPT, QUESTION, '00 0001 0001 00000000 0000')],
    ['OPT that is not at the root', packet(WITH_OPT, QUESTION, '0161 00 0029 0000 00 00 0000 0000')],
    ['another version of EDNS', packet(WITH_OPT, QUESTION, '00 0029 0000 00 01 0000 0000')],
    ['OPT that is cut', packet(WITH_OPT, QUESTION, '00 0029 0000 00 00 0000 00')],
    ['options beyond the end', packet(WITH_OPT, QUESTION, '00 0029 0000 00 00 0000 0004 000c 00')],
    ['an option beyond the others', packet(WITH_OPT, QUESTION, '00 0029 0000 00 00 0000 0005 000c 0002 00 00')],
    ['half an option', packet(WITH_OPT, QUESTION, '00 0029 0000 00 00 0000 0003 000c 00')],
    ['the option of stub zones', packet(WITH_OPT, QUESTION, '00 0029 0000 00 00 0000 0004 fdf3 0000')],
    ['another class', packet(PLAIN, '0161 00 0010 0003')],
    ['a pointer', packet(PLAIN, '0161 c00c 0001 0001')],
    ['a reserved label', packet(PLAIN, '4161 00 0001 0001')],
    ['a name of 256 octets', packet(PLAIN, '0161'.repeat(126), '026162 00 0001 0001')],
    ['a name without an end', packet(PLAIN, '0161')],
    ['a label beyond the end', packet(PLAIN, '0561')],
    ['a question that is cut', packet(PLAIN, '0161 00 0001 00')],
  ])('leaves %s to the decoder', (_what, bytes) => {
    expect(scan(bytes)).toBeUndefined();
  });

  it('looks at nothing behind the packet', () => {
    const bytes = packet(PLAIN, QUESTION);
    for (let end = 0; end < bytes.length; end++) {
      expect(scanQuery(bytes, 0, end, 1, createScannedQuery()), `${end} octets`).toBe(false);
    }
  });

  it('has one hash for a question in all cases, and others for other questions and seeds', () => {
    const [one, same, ...others] = [
      scan(packet(PLAIN, '0161 024263 00 0001 0001')),
      scan(packet(WITH_OPT, '0141 026243 00 0001 0001', '00 0029 0000 00 00 0000 0000')),
      scan(packet(PLAIN, '0161 024263 00 001c 0001')),
      scan(packet(PLAIN, '0261 4202 63 00 0001 0001')),
      scan(packet(PLAIN, '0461 024263 00 0001 0001')),
      scan(packet(PLAIN, '0161 024263 00 0001 0001'), 2),
    ].map((scanned) => scanned?.hash);
    expect(same).toBe(one);
    expect(others).not.toContain(one);
  });

  it(`sees in hostile packets what the decoder reads (seed ${SEED})`, () => {
    const next = createHostilePackets({
      seed: SEED,
      names: ['web.example.org', 'a.b'],
      kinds: ['mutated', 'codes', 'cut', 'names'],
    });
    let scannedPackets = 0;
    for (let number = 0; number < 10_000; number++) {
      const { bytes } = next();
      const scanned = scan(bytes);
      if (scanned === undefined) continue;
      scannedPackets++;
      const decoded = decodeRequest(bytes);
      if (!decoded.ok) throw new Error(`${decoded.error.message}: ${bytes.toString('hex')}`);
      const { questions, edns, recursionDesired } = decoded.value;
      expect({
        labels: scanned.labelCount,
        isRecursionDesired: scanned.isRecursionDesired,
        isDnssecOk: scanned.isDnssecOk,
        hasEdns: scanned.hasEdns,
        cookie:
          scanned.cookieAt < 0
            ? undefined
            : bytes.toString('hex', scanned.cookieAt, scanned.cookieAt + scanned.cookieOctets),
      }).toEqual({
        labels: questions[0]?.name.length,
        isRecursionDesired: recursionDesired,
        isDnssecOk: edns?.dnssecOk ?? false,
        hasEdns: edns !== undefined,
        cookie: cookieOf(edns?.options),
      });
    }
    expect(scannedPackets).toBeGreaterThan(1_000);
  });
});

function cookieOf(options: readonly { readonly code: number; readonly data: Uint8Array }[] = []): string | undefined {
  const found = options.find(({ code }) => code === 10);
  return found && Buffer.from(found.data).toString('hex');
}

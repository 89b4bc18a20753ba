import { type EdnsOption, type Message, Opcode, OptionCode, Rcode } from '@wharf/dns-wire';
import { describe, expect, it } from 'vitest';
import { hearOptions, type OptionSettings, replyToOptions, withOptions } from './request-options.ts';
import { createServerCookies } from './server-cookies.ts';

const settings: OptionSettings = {
  cookies: createServerCookies([Uint8Array.from(Buffer.from('e5e973e5a6b2a43f48e7dc849e37bfcf', 'hex'))]),
  nsid: Uint8Array.from(Buffer.from('node-1')),
  tcpIdleMs: 10_000,
  wallMs: () => 0x5cf79f11 * 1_000 + 999,
};
const client = { transport: 'tcp', address: () => '198.51.100.100' } as const;

const COOKIE = '2464c4abcf10c957';
const WHOLE = `${COOKIE}010000005cf79f111f8130c3eee29480`;

const option = (code: number, hex = ''): EdnsOption => ({ code, data: Uint8Array.from(Buffer.from(hex, 'hex')) });
const edns = (...options: readonly EdnsOption[]) => ({ version: 0, udpSize: 1_232, dnssecOk: false, options });

const query = (more: Partial<Message> = {}): Message => ({
  id: 7,
  response: false,
  opcode: 0,
  authoritative: false,
  truncated: false,
  recursionDesired: false,
  recursionAvailable: false,
  authenticData: false,
  checkingDisabled: false,
  rcode: 0,
  questions: [{ name: ['a'], type: 'A', class: 'IN' }],
  answers: [],
  authorities: [],
  additionals: [],
  ...more,
});

/** The options of the reply as `code:hex`; undefined for FORMERR. */
const hear = (options: readonly EdnsOption[], more: Partial<OptionSettings> = {}, transport: 'udp' | 'tcp' = 'tcp') => {
  const heard = hearOptions(edns(...options), { ...client, transport }, { ...settings, ...more });
  if (heard.type === 'malformed') return undefined;
  return heard.options.map(({ code, data }) => `${code}:${Buffer.from(data).toString('hex')}`);
};

describe('hearOptions', () => {
  it('has nothing to say to a query without EDNS or without options, and asks for no address', () => {
    const nobody = { ...client, address: () => expect.fail('the address is not needed') };
    expect(hearOptions(undefined, nobody, settings)).toEqual({ type: 'heard', options: [] });
    expect(hearOptions(edns(option(OptionCode.NSID)), nobody, settings)).toMatchObject({ options: [{ code: 3 }] });
  });

  it('RFC 6891, 6.1.2: ignores options that it does not know', () => {
    expect(hear([option(65_001, 'ff'), option(0), option(5, '08')])).toEqual([]);
  });

  it('RFC 7873, 5.2.3: gives a client that has none a server cookie', () => {
    expect(hear([option(OptionCode.COOKIE, COOKIE)], {}, 'udp')).toEqual([`10:${WHOLE}`]);
  });

  it.each([0, 7, 9, 15, 41])('RFC 7873, 5.2.2: refuses a cookie of %i octets', (length) => {
    expect(hear([option(OptionCode.COOKIE, '00'.repeat(length))])).toBeUndefined();
  });

  it('RFC 7873, 5.2: looks at the first of several cookies alone', () => {
    expect(hear([option(OptionCode.COOKIE, COOKIE), option(OptionCode.COOKIE, '00')])).toEqual([`10:${WHOLE}`]);
    expect(hear([option(OptionCode.COOKIE, '00'), option(OptionCode.COOKIE, COOKIE)])).toBeUndefined();
  });

  it('leaves cookies alone, of whatever length, when they are switched off', () => {
    expect(hear([option(OptionCode.COOKIE, '00'), option(OptionCode.NSID)], { cookies: undefined })).toEqual([
      '3:6e6f64652d31',
    ]);
  });

  it('RFC 7828, 3.1: tells the idle time-out in units of 100 ms over TCP', () => {
    expect(hear([option(OptionCode.TCP_KEEPALIVE)])).toEqual(['11:0064']);
    expect(hear([option(OptionCode.TCP_KEEPALIVE)], { tcpIdleMs: 99_999_999 })).toEqual(['11:ffff']);
  });

  it('RFC 7828, 3.2.1: refuses a time from a client', () => {
    expect(hear([option(OptionCode.TCP_KEEPALIVE, '0064')])).toBeUndefined();
  });

  it('RFC 7828, 3.2.2: ignores keepalive over UDP, whatever it says', () => {
    expect(hear([option(OptionCode.TCP_KEEPALIVE), option(OptionCode.TCP_KEEPALIVE, '0064')], {}, 'udp')).toEqual([]);
  });

  it('RFC 5001, 2.2: names the server to who asks, if it has a name', () => {
    expect(hear([option(OptionCode.NSID, 'ff')])).toEqual(['3:6e6f64652d31']);
    expect(hear([option(OptionCode.NSID)], { nsid: undefined })).toEqual([]);
    expect(hear([option(OptionCode.CLIENT_SUBNET, '00011800c00002')])).toEqual([]);
  });

  it('RFC 7830, 4: pads no reply that is not encrypted', () => {
    expect(hear([option(OptionCode.PADDING, '0000')])).toEqual([]);
  });
});

describe('replyToOptions', () => {
  const heard = (...options: readonly EdnsOption[]) => hearOptions(edns(...options), client, settings);
  const cookie = option(OptionCode.COOKIE, COOKIE);

  it('RFC 7873, 5.4: answers a query without a question that has a cookie', () => {
    const asked = query({ questions: [], edns: edns(cookie) });
    expect(replyToOptions(asked, heard(cookie))).toMatchObject({
      id: 7,
      response: true,
      rcode: Rcode.NOERROR,
      edns: { options: [{ code: 10, data: Uint8Array.from(Buffer.from(WHOLE, 'hex')) }] },
    });
    expect(replyToOptions(query({ questions: [] }), heard())).toBeUndefined();
    expect(replyToOptions({ ...asked, response: true }, heard(cookie))).toBeUndefined();
    expect(replyToOptions({ ...asked, opcode: Opcode.NOTIFY }, heard(cookie))).toBeUndefined();
  });

  it('is FORMERR for options that are malformed, whatever is asked', () => {
    const malformed = option(OptionCode.COOKIE, '00');
    const reply = replyToOptions(query({ edns: edns(malformed) }), heard(malformed));
    expect(reply).toMatchObject({ rcode: Rcode.FORMERR, questions: [{ name: ['a'] }], edns: { options: [] } });
  });

  it('leaves other questions to others', () => {
    expect(replyToOptions(query({ edns: edns(cookie) }), heard(cookie))).toBeUndefined();
  });
});

describe('withOptions', () => {
  const heard = hearOptions(edns(option(OptionCode.NSID)), client, settings);

  it('puts them before the options that the reply has', () => {
    const reply = query({ edns: edns(option(15, '0003')) });
    expect(withOptions(reply, heard).edns?.options.map(({ code }) => code)).toEqual([3, 15]);
  });

  it('RFC 6891, 6.1.1: puts none into a reply without EDNS', () => {
    expect(withOptions(query(), heard)).toEqual(query());
  });
});

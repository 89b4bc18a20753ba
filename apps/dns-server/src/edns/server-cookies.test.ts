import { describe, expect, it } from 'vitest';
import { COOKIE_OPTION_OCTETS, createServerCookies, isCookieLength } from './server-cookies.ts';

const octets = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** RFC 9018, appendix A. */
const SECRET = octets('e5e973e5a6b2a43f48e7dc849e37bfcf');
const CLIENT = '2464c4abcf10c957';
const ADDRESS = '198.51.100.100';
const MADE_SECONDS = 0x5cf79f11;
const MADE = '010000005cf79f111f8130c3eee29480';

interface Query {
  readonly cookie?: string;
  readonly address?: string;
  readonly nowSeconds?: number;
  readonly secrets?: readonly [Uint8Array, ...Uint8Array[]];
}

const ask = ({ cookie = CLIENT, address = ADDRESS, nowSeconds = MADE_SECONDS, secrets = [SECRET] }: Query) => {
  const into = new Uint8Array(COOKIE_OPTION_OCTETS + 2).fill(0xee);
  const verdict = createServerCookies(secrets).writeOption(octets(cookie), address, nowSeconds, into, 1);
  const shown = Buffer.from(into).toString('hex');
  const head = 'ee000a0018';
  expect([shown.slice(0, head.length), shown.slice(-2)]).toEqual([head, 'ee']);
  return { verdict, cookie: shown.slice(head.length, -2) };
};

describe('RFC 9018, appendix A', () => {
  it('A.1: a new server cookie', () => {
    expect(ask({})).toEqual({ verdict: 'new', cookie: CLIENT + MADE });
  });

  it('A.2: the same client learns a renewed one', () => {
    const reply = ask({ cookie: CLIENT + MADE, nowSeconds: 0x5cf7a871 });
    expect(reply).toEqual({ verdict: 'valid', cookie: `${CLIENT}010000005cf7a871d4a564a1442aca77` });
  });

  it('A.3: another client, with reserved octets that are not zero', () => {
    const query = { cookie: 'fc93fc62807ddb8601abcdef5cf78f71a314227b6679ebf5', address: '203.0.113.203' };
    const late = ask({ ...query, nowSeconds: 1_559_734_700 });
    expect(late).toEqual({ verdict: 'invalid', cookie: 'fc93fc62807ddb86010000005cf7a9acf73a7810aca2381e' });
    expect(ask({ ...query, nowSeconds: 0x5cf78f71 + 600 })).toEqual({ verdict: 'valid', cookie: query.cookie });
  });

  it('A.4: IPv6, and a secret that has changed', () => {
    const reply = ask({
      cookie: '22681ab97d52c298010000005cf7c57926556bd0934c72f8',
      address: '2001:db8:220:1:59de:d0f4:8769:82b8',
      nowSeconds: 0x5cf7c609,
      secrets: [octets('445536bcd2513298075a5d379663c962'), octets('dd3bdf9344b678b185a6f5cb60fca715')],
    });
    expect(reply).toEqual({ verdict: 'valid', cookie: '22681ab97d52c298010000005cf7c609a6bb79d16625507a' });
  });
});

describe('createServerCookies', () => {
  const own = CLIENT + MADE;
  const at = (ageSeconds: number) => ask({ cookie: own, nowSeconds: MADE_SECONDS + ageSeconds });

  it.each([
    [0, 'valid', 'sent back'],
    [1_799, 'valid', 'sent back'],
    [1_800, 'valid', 'made anew'],
    [3_600, 'valid', 'made anew'],
    [3_601, 'invalid', 'made anew'],
    [-300, 'valid', 'sent back'],
    [-301, 'invalid', 'made anew'],
  ])('RFC 9018, 4.3: a cookie that is %i s old is %s and %s', (ageSeconds, verdict, fate) => {
    const reply = at(ageSeconds);
    expect(reply.verdict).toBe(verdict);
    expect(reply.cookie === own ? 'sent back' : 'made anew').toBe(fate);
    const time = Number.parseInt(reply.cookie.slice(24, 32), 16);
    expect(time).toBe(MADE_SECONDS + (fate === 'made anew' ? ageSeconds : 0));
  });

  it('RFC 9018, 4.3: goes on when 32 bits of seconds are over', () => {
    const before = ask({ nowSeconds: 2 ** 32 - 10 }).cookie;
    const after = ask({ cookie: before, nowSeconds: 2 ** 32 + 10 });
    expect(after).toEqual({ verdict: 'valid', cookie: before });
    expect(ask({ cookie: before, nowSeconds: 2 ** 32 + 1_800 }).cookie.slice(16, 32)).toBe('0100000000000708');
  });

  it('RFC 7873, 5.2.3: takes no cookie in which one bit is another, and none of another address or secret', () => {
    const verdicts = Array.from({ length: 24 * 8 }, (_, bit) => {
      const bent = octets(own);
      bent[bit >> 3] = (bent[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return ask({ cookie: Buffer.from(bent).toString('hex') }).verdict;
    });
    expect(new Set(verdicts)).toEqual(new Set(['invalid']));
    expect(ask({ cookie: own, address: '198.51.100.101' }).verdict).toBe('invalid');
    expect(ask({ cookie: own, secrets: [new Uint8Array(16)] }).verdict).toBe('invalid');
  });

  it.each([8, 15, 17, 32])(
    'RFC 7873, 5.2.3: answers a server cookie of %i octets, which is none of ours, anew',
    (length) => {
      const cookie = CLIENT + '01000000'.repeat(8).slice(0, length * 2);
      expect(ask({ cookie })).toEqual({ verdict: 'invalid', cookie: own });
    },
  );

  it('RFC 9018, 5: takes what the second secret made, and makes it anew with the first', () => {
    const first = octets('00112233445566778899aabbccddeeff');
    const reply = ask({ cookie: own, secrets: [first, SECRET] });
    expect(reply.verdict).toBe('valid');
    expect(reply).toEqual({ verdict: 'valid', cookie: ask({ secrets: [first] }).cookie });
    expect(reply.cookie).not.toBe(own);
  });

  it('keeps clients apart when they come in turn', () => {
    const cookies = createServerCookies([SECRET]);
    const made = ['198.51.100.100', '2001:db8::1', '198.51.100.100', '::ffff:198.51.100.100'].map((address) => {
      const into = new Uint8Array(COOKIE_OPTION_OCTETS);
      cookies.writeOption(octets(CLIENT), address, MADE_SECONDS, into, 0);
      return Buffer.from(into.subarray(4)).toString('hex');
    });
    expect([made[0], made[2], made[3]]).toEqual([own, own, own]);
    expect(made[1]).not.toBe(own);
  });
});

describe('isCookieLength', () => {
  it('RFC 7873, 4: takes 8 octets of the client, and 8 to 32 of the server after them', () => {
    const taken = Array.from({ length: 60 }, (_, length) => length).filter(isCookieLength);
    expect(taken).toEqual([8, ...Array.from({ length: 25 }, (_, index) => 16 + index)]);
  });
});

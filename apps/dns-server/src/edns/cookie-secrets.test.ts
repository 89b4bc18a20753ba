import { describe, expect, it } from 'vitest';
import { parseCookieSecrets } from './cookie-secrets.ts';

const ONE = '00112233445566778899aabbccddeeff';
const OTHER = 'ffeeddccbbaa99887766554433221100';

describe('parseCookieSecrets', () => {
  it('reads one secret, and a second one for a change', () => {
    expect(parseCookieSecrets(ONE)).toEqual({ ok: true, value: [Uint8Array.from(Buffer.from(ONE, 'hex'))] });
    const both = parseCookieSecrets(`# of March\n\n ${OTHER.toUpperCase()} \r\n# of February\n${ONE}\n`);
    expect(both).toEqual({ ok: true, value: [OTHER, ONE].map((hex) => Uint8Array.from(Buffer.from(hex, 'hex'))) });
  });

  it.each([
    ['', 'has no secret: write 32 hexadecimal digits on a line'],
    ['# nothing', 'has no secret: write 32 hexadecimal digits on a line'],
    [`${ONE}\nsesame`, 'has a line 2 that is not 16 octets in hexadecimal'],
    [`${ONE}0`, 'has a line 1 that is not 16 octets in hexadecimal'],
    [`${ONE}\n${ONE}\n${ONE}`, 'has more than 2 secrets'],
  ])('refuses %j', (text, error) => {
    expect(parseCookieSecrets(text)).toEqual({ ok: false, error });
  });
});

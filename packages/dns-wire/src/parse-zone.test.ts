import { describe, expect, it } from 'vitest';
import { parseRecordText, parseZoneText } from './parse-zone.ts';
import { renderRecordText } from './render-record.ts';

describe('parseZoneText', () => {
  it('reads what dig prints: tabs, comments, empty lines, class and type in either case', () => {
    const text = [
      '; <<>> DiG <<>>',
      '',
      'web.example.org.\t60\tIN\tSRV\t10 100 80 a.example.org.',
      '  web.example.org. 60 in a 192.0.2.1 ; a comment',
      'web.example.org. 60 TXT "a; b" c\r',
    ].join('\n');
    expect(parseZoneText(text)).toEqual({
      ok: true,
      value: [
        {
          type: 'SRV',
          name: ['web', 'example', 'org'],
          class: 'IN',
          ttl: 60,
          priority: 10,
          weight: 100,
          port: 80,
          target: ['a', 'example', 'org'],
        },
        { type: 'A', name: ['web', 'example', 'org'], class: 'IN', ttl: 60, address: '192.0.2.1' },
        { type: 'TXT', name: ['web', 'example', 'org'], class: 'IN', ttl: 60, strings: ['a; b', 'c'] },
      ],
    });
  });

  it('names the line that it cannot read', () => {
    expect(parseZoneText('a. 1 A 192.0.2.1\n\na. 1 A 192.0.2')).toEqual({
      ok: false,
      error: 'line 3: A: "192.0.2" is no address',
    });
  });
});

describe('parseRecordText', () => {
  it.each([
    ['', 'there is no record in the line'],
    ['a 1 IN A 192.0.2.1', 'the name a: it does not end in a dot'],
    ['a. IN A 192.0.2.1', 'the TTL must be a number of seconds, not "IN"'],
    ['a. 2147483648 IN A 192.0.2.1', 'the TTL must be a number of seconds, not "2147483648"'],
    ['a. 1 IN BOGUS x', '"BOGUS" is no type of record'],
    ['a. 1 IN', '"" is no type of record'],
    ['a. 1 IN A', 'A: a field is missing'],
    ['a. 1 IN A 192.0.2.1 192.0.2.2', 'A has no field for "192.0.2.2"'],
    ['a. 1 IN SRV 1 2 65536 b.', 'SRV: "65536" is no number from 0 to 65535'],
    ['a. 1 IN SRV 1 2 3 b', 'SRV: the name b: it does not end in a dot'],
    ['a. 1 IN TXT', 'TXT: a field is missing'],
    ['a. 1 IN TXT "open', '""" at character 13 begins nothing that ends'],
    ['a. 1 IN TXT \\999', '\\999 has an escape that is no octet'],
    ['a. 1 IN TYPE65 x', 'TYPE65: data of this type are written as \\# length octets'],
    ['a. 1 IN ANY x', 'ANY: data of this type are written as \\# length octets'],
    ['a. 1 IN TYPE65 \\# 2 ff', 'TYPE65: "ff" is not 2 octets in hexadecimal'],
  ])('refuses %j: %s', (line, reason) => {
    expect(parseRecordText(line)).toEqual({ ok: false, error: reason });
  });
});

describe('renderRecordText', () => {
  it.each([
    'web.example.org. 60 IN SRV 10 100 80 a.example.org.',
    'example.org. 3600 IN SOA ns.dns.example.org. hostmaster.example.org. 1 28800 7200 604800 60',
    'web.example.org. 60 IN TXT "" "a \\"quoted\\" \\\\ text" "caf\u00e9\\010\\255"',
    'example.org. 60 IN MX 10 mail.example.org.',
    'example.org. 60 IN HINFO "RFC8482" ""',
    'version.bind. 0 CH TXT "wharf"',
    'x. 1 IN TYPE65 \\# 3 0001ff',
    'x. 1 CLASS42 TYPE65280 \\# 0',
    '. 1 IN NS .',
  ])('writes %s as it was read', (line) => {
    const record = parseRecordText(line);
    expect(record.ok ? renderRecordText(record.value) : record.error).toBe(line);
  });
});

import { describe, expect, it } from 'vitest';
import { offersProblem, parseRelpOffers, renderRelpOffers } from './relp-offers.ts';
import { isSuccess, parseRelpResponse } from './relp-response.ts';

describe('parseRelpResponse', () => {
  it.each([
    ['200 OK', { code: 200, text: 'OK', body: '' }],
    ['200', { code: 200, text: '', body: '' }],
    ['200 OK\nrelp_version=0\ncommands=syslog', { code: 200, text: 'OK', body: 'relp_version=0\ncommands=syslog' }],
    ['500 disk \x1b[31mfull\n', { code: 500, text: 'disk [31mfull', body: '' }],
    ['', { code: 0, text: '', body: '' }],
    ['2000 OK', { code: 0, text: '2000 OK', body: '' }],
    ['nonsense', { code: 0, text: 'nonsense', body: '' }],
    [`500 ${'x'.repeat(300)}`, { code: 500, text: 'x'.repeat(200), body: '' }],
  ])('%j', (data, response) => {
    expect(parseRelpResponse(Buffer.from(data))).toEqual(response);
    expect(isSuccess(Buffer.from(data))).toBe(response.code === 200);
  });
});

describe('offers', () => {
  it('are rendered as they are parsed', () => {
    const text = 'relp_version=0\nrelp_software=wharf,1.0\ncommands=syslog';
    expect(renderRelpOffers(parseRelpOffers(text))).toBe(text);
  });

  it.each([
    ['relp_version=0\nrelp_software=librelp,1.11.0,http://librelp.adiscon.com\ncommands=syslog', undefined],
    ['relp_version=1\ncommands=starttls, syslog\n', undefined],
    ['commands=syslog', undefined],
    ['relp_version=7\ncommands=syslog', 'the receiver speaks RELP version "7", known are 0 and 1'],
    ['relp_version=0\ncommands=syslogs', 'the receiver takes no syslog over RELP: it offers "syslogs"'],
    ['', 'the receiver takes no syslog over RELP: it offers ""'],
    ['=syslog\n\n\ncommands', 'the receiver takes no syslog over RELP: it offers ""'],
  ])('%j: %s', (text, problem) => {
    expect(offersProblem(parseRelpOffers(text))).toBe(problem);
  });
});

import { describe, expect, it } from 'vitest';
import { labelledAddresses } from './label-address.ts';

const LABEL = 'com.example.address';
const read = (text: string) => labelledAddresses({ labels: new Map([[LABEL, text]]) }, LABEL);

describe('labelledAddresses', () => {
  it.each([
    ['10.1.2.3', { ipv4: '10.1.2.3' }],
    ['10.1.2.3/24', { ipv4: '10.1.2.3' }],
    [' 10.1.2.3/24 ', { ipv4: '10.1.2.3' }],
    ['10.1.2.3/', { ipv4: '10.1.2.3' }],
    ['2001:db8::7/64', { ipv6: '2001:db8::7' }],
    ['10.1.2.3/24,2001:db8::7/64', { ipv4: '10.1.2.3', ipv6: '2001:db8::7' }],
    ['2001:db8::7, 10.1.2.3', { ipv4: '10.1.2.3', ipv6: '2001:db8::7' }],
  ])('reads %j', (text, addresses) => {
    expect(read(text)).toEqual({ ok: true, value: { label: LABEL, addresses } });
  });

  it.each([
    ['web.example', '"web.example", which is no IP address'],
    ['/24', '"/24", which is no IP address'],
    ['10.1.2.3/24/7', '"10.1.2.3/24/7", which is no IP address'],
    ['10.1.2.3,', '"10.1.2.3,", which is no IP address'],
    ['10.1.2.3:80', '"10.1.2.3:80", which is no IP address'],
    ['10.1.2.3 \n\u001b[31mred', '"10.1.2.3 \\n\\u001b[31mred", which is no IP address'],
    ['10.1.2.3,10.1.2.4', '"10.1.2.3,10.1.2.4", which is more than one address of a family'],
    ['x'.repeat(1_000_000), '1000000 characters, and no IP address'],
  ])('says what is wrong with %.40j', (text, reason) => {
    expect(read(text)).toEqual({ ok: false, error: `has in label ${LABEL} ${reason}` });
  });

  it.each([
    ['an empty label', '', LABEL],
    ['a label of blanks', ' ', LABEL],
    ['another label', '10.1.2.3', 'other'],
    ['no label to look for', '10.1.2.3', undefined],
  ])('finds nothing in %s', (_, text, label) => {
    expect(labelledAddresses({ labels: new Map([[LABEL, text]]) }, label)).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import { interfaceAddress6 } from './interface-address.ts';

/** A line of /proc/net/if_inet6. */
const line = (address: string, { scope = '00', flags = '80', name = 'eth0' } = {}): string =>
  `${address} 02 40 ${scope} ${flags}     ${name}\n`;

const LINK_LOCAL = line('fe8000000000000000fc00fffe000001', { scope: '20' });
const PRIVATE = 'fd000000000000000000000000000002';
const PUBLIC = '20010db8000000000000000000000005';

describe('interfaceAddress6', () => {
  it.each([
    ['the one of global scope', [LINK_LOCAL, line(PRIVATE)], 'fd00::2'],
    ['not one of another interface', [line(PUBLIC, { name: 'eth1' }), line(PRIVATE)], 'fd00::2'],
    ['one that was assigned for good', [line(PUBLIC, { flags: '00' }), line(PRIVATE)], 'fd00::2'],
    ['the same of several, in either order', [line(PUBLIC), line(PRIVATE)], '2001:db8::5'],
    ['the same of several, in either order', [line(PRIVATE), line(PUBLIC)], '2001:db8::5'],
    ['one without duplicate detection', [line(PRIVATE, { flags: '82' })], 'fd00::2'],
    ['one that routers advertise', [line(PUBLIC, { flags: '00' })], '2001:db8::5'],
    ['no temporary one', [line(PUBLIC, { flags: '01' })], undefined],
    ['no optimistic one', [line(PUBLIC, { flags: '04' })], undefined],
    ['none that another host has', [line(PUBLIC, { flags: '88' })], undefined],
    ['no deprecated one', [line(PUBLIC, { flags: 'a0' })], undefined],
    ['no tentative one', [line(PUBLIC, { flags: 'c0' })], undefined],
    ['no link-local one', [LINK_LOCAL], undefined],
    ['no loopback one', [line('00000000000000000000000000000001')], undefined],
    ['nothing from nonsense', ['', 'x 1 2 00 80 eth0', ' 02 40 00 80 eth0'], undefined],
  ])('takes %s', (_, lines, address) => {
    expect(interfaceAddress6(lines.join(''), 'eth0')).toBe(address);
  });
});

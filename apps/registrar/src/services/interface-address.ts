import { canonicalIpAddress } from '@wharf/agent';
import { addressFault } from './address-fault.ts';

/** `IFA_F_...` of Linux's <linux/if_addr.h>: TEMPORARY, OPTIMISTIC, DADFAILED, DEPRECATED and TENTATIVE. */
const UNFIT = 0x01 | 0x04 | 0x08 | 0x20 | 0x40;
const PERMANENT = 0x80;
const GLOBAL_SCOPE = '00';

/**
 * The IPv6 address by which others reach a network interface: one of global scope (unique local ones are) that stays.
 * Temporary ones (RFC 8981), those about to go and those not ours yet are passed over; one that was assigned for good is
 * better than one that routers advertised. The choice is the same as long as the addresses are.
 * @param addresses what /proc/net/if_inet6 holds: a line an address, in columns address, interface index, prefix length,
 *   scope, flags, interface, all numbers in hexadecimal
 */
export function interfaceAddress6(addresses: string, interfaceName: string): string | undefined {
  const fit: { readonly address: string; readonly isPermanent: boolean }[] = [];
  for (const line of addresses.split('\n')) {
    const [digits = '', , , scope, flagText = '', name] = line.trim().split(/\s+/);
    const address = digits.replace(/(.{4})(?=.)/g, '$1:');
    const flags = Number.parseInt(flagText, 16);
    if (name !== interfaceName || scope !== GLOBAL_SCOPE || (flags & UNFIT) !== 0) continue;
    if (addressFault(address) === undefined) fit.push({ address, isPermanent: (flags & PERMANENT) !== 0 });
  }
  const [best] = fit.sort((a, b) => Number(b.isPermanent) - Number(a.isPermanent) || (a.address < b.address ? -1 : 1));
  return best === undefined ? undefined : canonicalIpAddress(best.address);
}

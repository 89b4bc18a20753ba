import { canonicalIpAddress } from '@wharf/agent';

/** An IP address as everybody writes it; a zone (`fe80::1%eth0`) is kept as it is. */
export function canonicalAddress(text: string): string {
  const [address = '', ...zone] = text.split('%');
  return [canonicalIpAddress(address), ...zone].join('%');
}

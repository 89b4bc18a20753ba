import { networkInterfaces } from 'node:os';

/** The IP addresses of this host. */
export function hostAddresses(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses?.map(({ address }) => address) ?? []);
}

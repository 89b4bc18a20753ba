import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** What `networkInterfaces` of node:os returns. */
export type Interfaces = Readonly<Record<string, readonly Pick<NetworkInterfaceInfo, 'scopeid'>[] | undefined>>;

/** The index of the interface that a zone names (RFC 4007, section 11), such as `eth0` or `2`; undefined for none. */
export function zoneIndexOf(zone: string, interfaces: Interfaces = networkInterfaces()): number | undefined {
  if (/^[1-9]\d{0,8}$/.test(zone)) return Number(zone);
  return interfaces[zone]?.map(({ scopeid }) => scopeid ?? 0).find((index) => index > 0);
}

/** The name of the interface with that index; undefined when it has no link-local address. */
export function zoneNameOf(index: number, interfaces: Interfaces = networkInterfaces()): string | undefined {
  return Object.keys(interfaces).find((name) => zoneIndexOf(name, { [name]: interfaces[name] }) === index);
}

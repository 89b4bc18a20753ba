import { canonicalIpAddress } from '@wharf/agent';
import { parseIpv4, parseIpv6 } from '@wharf/dns-wire';

/** The larger of the two forms, `struct sockaddr_in6`. */
export const SOCKET_ADDRESS_OCTETS = 28;

/** Linux's address families (`bits/socket.h`). */
const AddressFamily = { ipv4: 2, ipv6: 10 } as const;

/** A peer as the system knows it. */
export interface SocketAddress {
  /** An IP address without a zone. */
  readonly host: string;
  readonly port: number;
  /** The index of the interface that a link-local address belongs to; 0 for none. */
  readonly zoneIndex: number;
}

const PORT_AT = 2;
const IPV4_AT = 4;
const IPV4_OCTETS = 16;
const IPV6_AT = 8;
const ZONE_AT = 24;

/**
 * `struct sockaddr_in` (ip(7)) or `struct sockaddr_in6` (ipv6(7)) of a little-endian Linux: the family and the zone in the
 * host's order, the rest in that of the network. Undefined when the host is no IP address.
 */
export function encodeSocketAddress({ host, port, zoneIndex }: SocketAddress): Buffer | undefined {
  const ipv4 = parseIpv4(host);
  if (ipv4 !== undefined) return encodeIpv4SocketAddress(ipv4, port);
  const ipv6 = parseIpv6(host);
  if (ipv6 === undefined) return undefined;
  const bytes = Buffer.alloc(SOCKET_ADDRESS_OCTETS);
  bytes.writeUInt16LE(AddressFamily.ipv6, 0);
  bytes.writeUInt16BE(port, PORT_AT);
  bytes.set(ipv6, IPV6_AT);
  bytes.writeUInt32LE(zoneIndex, ZONE_AT);
  return bytes;
}

/** `struct sockaddr_in` of 4 octets and a port. */
export function encodeIpv4SocketAddress(octets: readonly number[], port: number): Buffer {
  const bytes = Buffer.alloc(IPV4_OCTETS);
  bytes.writeUInt16LE(AddressFamily.ipv4, 0);
  bytes.writeUInt16BE(port, PORT_AT);
  bytes.set(octets, IPV4_AT);
  return bytes;
}

/** The port of the socket address at `at`, in either form. */
export function portAt(memory: Uint8Array, at: number): number {
  return ((memory[at + PORT_AT] ?? 0) << 8) | (memory[at + PORT_AT + 1] ?? 0);
}

/** The octets of the IP address, 4 or 16: a view. */
export function octetsOf(socketAddress: Buffer): Buffer {
  const isIpv4 = socketAddress.length < SOCKET_ADDRESS_OCTETS;
  return isIpv4 ? socketAddress.subarray(IPV4_AT, IPV4_AT + 4) : socketAddress.subarray(IPV6_AT, IPV6_AT + 16);
}

/** The IPv4 address of the socket address at `at`, as a number; -1 when it is none. */
export function ipv4At(memory: Uint8Array, at: number): number {
  if (memory[at] !== AddressFamily.ipv4) return -1;
  const start = at + IPV4_AT;
  const low = ((memory[start + 1] ?? 0) << 16) | ((memory[start + 2] ?? 0) << 8) | (memory[start + 3] ?? 0);
  return (memory[start] ?? 0) * 2 ** 24 + low;
}

/** Writes another port into a socket address of either form. */
export function setPort(socketAddress: Buffer, port: number): void {
  socketAddress.writeUInt16BE(port, PORT_AT);
}

/** The reverse of `encodeSocketAddress`; undefined when the family is another or bytes are missing. */
export function decodeSocketAddress(bytes: Buffer): SocketAddress | undefined {
  if (bytes.length < IPV4_OCTETS) return undefined;
  const family = bytes.readUInt16LE(0);
  const port = bytes.readUInt16BE(PORT_AT);
  if (family === AddressFamily.ipv4) {
    return { host: bytes.subarray(IPV4_AT, IPV4_AT + 4).join('.'), port, zoneIndex: 0 };
  }
  if (family !== AddressFamily.ipv6 || bytes.length < SOCKET_ADDRESS_OCTETS) return undefined;
  const groups = Array.from({ length: 8 }, (_, i) => bytes.readUInt16BE(IPV6_AT + 2 * i).toString(16));
  return { host: canonicalIpAddress(groups.join(':')), port, zoneIndex: bytes.readUInt32LE(ZONE_AT) };
}

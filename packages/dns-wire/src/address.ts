/** The 4 octets of a dotted IPv4 address, or undefined when `text` is none. Leading zeros are refused: they read as octal elsewhere. */
export function parseIpv4(text: string): readonly number[] | undefined {
  const parts = DOTTED.exec(text);
  if (parts === null) return undefined;
  const octets = [Number(parts[1]), Number(parts[2]), Number(parts[3]), Number(parts[4])];
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

const DOTTED = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

/** The 16 octets of an IPv6 address in any form of RFC 4291 section 2.2, without a zone; undefined when `text` is none. */
export function parseIpv6(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const isWhole = halves.length === 1;
  const head = groupOctets(halves[0] ?? '', isWhole);
  const tail = isWhole ? [] : groupOctets(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const missing = 16 - head.length - tail.length;
  if (isWhole ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * The 4 octets of an IPv4 address in the form that IPv6 has for it, `::ffff:10.0.0.1` (RFC 4291 section 2.5.5.2); undefined
 * for all other octets.
 */
export function mappedIpv4(octets: ArrayLike<number>): readonly number[] | undefined {
  const isMapped = octets.length === 16 && MAPPED_PREFIX.every((octet, at) => octet === octets[at]);
  return isMapped ? Array.from(octets).slice(MAPPED_PREFIX.length) : undefined;
}

/** The octets of groups separated by colons; the last one may be a dotted IPv4 address where that is the end of the address. */
function groupOctets(text: string, isEnd: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups = text.split(':');
  const octets: number[] = [];
  for (const [index, group] of groups.entries()) {
    if (/^[0-9a-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      octets.push(value >> 8, value & 0xff);
    } else {
      const dotted = isEnd && index === groups.length - 1 ? parseIpv4(group) : undefined;
      if (dotted === undefined) return undefined;
      octets.push(...dotted);
    }
  }
  return octets;
}

import { mappedIpv4, parseIpv4, parseIpv6 } from '@wharf/dns-wire';
import { type Labels, parseDomain, type Result } from '@wharf/record-schema';

/** What a record's `host` is: an address to answer with, or a name to follow. */
export type Host =
  | { readonly type: 'ipv4' | 'ipv6'; readonly address: string }
  | { readonly type: 'name'; readonly name: Labels };

/**
 * Tells addresses from names. An IPv6 address is written as RFC 5952 wants it, so that equal ones are equal text; an
 * IPv4 address in IPv6's clothes (`::ffff:10.0.0.1`) counts as IPv4, as in SkyDNS. A name that ends in a number is a
 * mistyped address (`10.0.0.300`): no top-level domain is a number (RFC 3696, section 2). For the same reason one that ends
 * in a colon and a number has a port, which a host has no room for. Blanks inside of names are meant (RFC 6763, section
 * 4.1.1); at an end of the text they come from pasting.
 * @returns an error that continues a sentence that names the record
 */
export function parseHost(text: string): Result<Host, string> {
  if (parseIpv4(text) !== undefined) return { ok: true, value: { type: 'ipv4', address: text } };
  const octets = parseIpv6(text);
  if (octets !== undefined) return { ok: true, value: addressOfOctets(text, octets) };
  if (BLANK_AT_AN_END.test(text)) {
    return { ok: false, error: 'its host begins or ends with a blank or a control character: leave that out' };
  }
  const name = parseDomain(text);
  if (!name.ok) return { ok: false, error: `its host is no name: ${name.error}` };
  const [last] = name.value.slice(-1);
  if (last === undefined) return { ok: false, error: 'its host is the root of all names' };
  if (ENDS_IN_PORT.test(last)) {
    return { ok: false, error: 'its host has a port: put that into the field "port"' };
  }
  if (ENDS_IN_NUMBER.test(last)) return { ok: false, error: 'its host is neither an address nor a name' };
  return { ok: true, value: { type: 'name', name: name.value } };
}

const BLANK_AT_AN_END = /^[\s\p{Cc}]|[\s\p{Cc}]$/u;

const ENDS_IN_NUMBER = /(?:^|:)\d+$/;

/** `web:80` and `[2001:db8::1]:80`, but not the mistyped address `2001:db8:1:80`. */
const ENDS_IN_PORT = /^(?:[^:]*|\[.*\]):\d+$/;

function addressOfOctets(text: string, octets: readonly number[]): Host {
  const ipv4 = mappedIpv4(octets);
  if (ipv4 !== undefined) return { type: 'ipv4', address: ipv4.join('.') };
  // The URL standard's serializer writes addresses as RFC 5952 does.
  return { type: 'ipv6', address: new URL(`http://[${text}]/`).hostname.slice(1, -1) };
}

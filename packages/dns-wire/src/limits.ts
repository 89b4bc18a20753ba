/** RFC 1035 section 4.1.1. */
export const HEADER_OCTETS = 12;

/** RFC 1035 section 2.3.4. */
export const MAX_LABEL_OCTETS = 63;

/** RFC 1035 section 2.3.4: of a name on the wire, the length octets and the root included. */
export const MAX_NAME_OCTETS = 255;

/** RFC 1035 section 3.3: of a character-string, its length octet not included. */
export const MAX_STRING_OCTETS = 255;

/** A message of DNS over TCP has a length of 16 bits (RFC 1035 section 4.2.2), and UDP carries no more. */
export const MAX_MESSAGE_OCTETS = 65_535;

/** What a UDP client without EDNS can take (RFC 1035 section 4.2.1), and the least that one with EDNS can. */
export const MIN_UDP_OCTETS = 512;

/** What passes through any network unfragmented (RFC 9715 section 3.1, appendix A): a good `Edns.udpSize` and UDP limit. */
export const SAFE_UDP_OCTETS = 1_232;

/** RFC 2181 section 8. */
export const MAX_TTL_SECONDS = 2_147_483_647;

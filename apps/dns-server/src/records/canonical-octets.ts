import { encodeUtf8, MAX_LABEL_OCTETS } from '@wharf/record-schema';
import { lowerCaseOctet } from './name-hash.ts';

/** Room for the octets of one label. */
export function createLabelBuffer(): Uint8Array {
  return new Uint8Array(MAX_LABEL_OCTETS);
}

/**
 * Writes the label's octets in the form in which labels are compared, ASCII letters in lower case (RFC 4343).
 * @returns how many; 0 when no packet can carry the label
 */
export function writeCanonicalOctets(label: string, into: Uint8Array): number {
  const { length } = label;
  if (length > into.length) return 0;
  for (let at = 0; at < length; at++) {
    const unit = label.charCodeAt(at);
    if (unit >= 0x80) return writeEncoded(label, into);
    into[at] = lowerCaseOctet(unit);
  }
  return length;
}

function writeEncoded(label: string, into: Uint8Array): number {
  const octets = encodeUtf8(label);
  if (octets === undefined || octets.length > into.length) return 0;
  for (const [at, octet] of octets.entries()) into[at] = lowerCaseOctet(octet);
  return octets.length;
}

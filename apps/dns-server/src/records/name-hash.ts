/**
 * Hashes of names: 32 bits over the wire form in ASCII lower case (RFC 4343), from the root towards the leaf, label by
 * label, so that whoever reads a name, in a packet or in a key, can go on from the hash of the name above. The root's
 * hash is the seed: random for each process, so that nobody outside can choose names that collide.
 */

const OCTET_FACTOR = 0x9e37_79b1;

/** The hash of the name that has the label `octets[start]` to `octets[end - 1]` below the name with the hash `above`. */
export function hashLabel(above: number, octets: Uint8Array, start: number, end: number): number {
  let hash = above ^ (end - start);
  for (let at = start; at < end; at++) {
    hash = Math.imul(((hash << 5) | (hash >>> 27)) ^ lowerCaseOctet(octets[at] ?? 0), OCTET_FACTOR);
  }
  return mix(hash);
}

/** The octet, a letter in lower case. */
export function lowerCaseOctet(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}

/** Lets every bit depend on every other; the finalizer of MurmurHash3. */
function mix(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}

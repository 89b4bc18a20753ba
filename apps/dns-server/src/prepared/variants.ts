import { type Message, Rcode } from '@wharf/dns-wire';
import type { OctetRing } from './octet-ring.ts';
import type { PreparedReply } from './prepare-reply.ts';
import { isValid, type Variant } from './prepared-entry.ts';

/** Beginnings of a set of equal records that are kept. */
const MAX_VARIANTS = 16;

/** Of a reply that tells one alias of several, each in its turn. */
const ALIAS_VARIANTS = 8;

/** Uses of a variant before it is made anew, so that each of many records comes first sometimes. */
const MAX_USES = 256;

/** Of all variants together; a reply that is longer is made for each question. */
const MAX_KEPT_OCTETS = 16_384;

/** How many beginnings of a reply are kept that is so long. */
export function variantCount({ answers }: Message, octets: number): number {
  // More than are wanted where a chain of aliases is before the records, which does no harm.
  const wanted = answers.at(-1)?.type === 'CNAME' ? ALIAS_VARIANTS : Math.min(answers.length, MAX_VARIANTS);
  return Math.max(1, Math.min(wanted, Math.floor(MAX_KEPT_OCTETS / octets)));
}

/**
 * Whether others may be given the reply, too. Names that do not exist fill no memory: whoever wants to thinks of as many
 * as there are places.
 */
export function mayBeKept({ message, witness }: PreparedReply, octets: number): boolean {
  if (witness.stamps === undefined || octets > MAX_KEPT_OCTETS) return false;
  return message.rcode === Rcode.NOERROR || (message.rcode === Rcode.NXDOMAIN && message.answers.length > 0);
}

/** A variant that is not kept yet. */
export type NewVariant = Omit<Variant, 'ticket'>;

/**
 * The variant that `bytes` are, a form of the reply.
 * @param room how many octets that form may have
 * @param version of the epoch
 */
export function variantOf(reply: PreparedReply, bytes: Buffer, room: number, version: number): NewVariant {
  const { stamps = [], leaseEnds, hasLeases } = reply.witness;
  return {
    octets: bytes.length,
    options: reply.options,
    stamps,
    versions: stamps.map(({ version }) => version),
    seenVersion: hasLeases ? Number.NaN : version,
    leaseTtls: reply.leaseTtlsOf(bytes, room),
    leases: leaseEnds.map(({ lease }) => lease),
    nextChangeMs: Number.POSITIVE_INFINITY,
    usesLeft: MAX_USES,
  };
}

export function isUsable(variant: Variant, ring: OctetRing, version: number): boolean {
  return variant.usesLeft > 0 && ring.holds(variant.ticket) && isValid(variant, version);
}

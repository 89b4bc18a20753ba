import { canonicalLabel, type Labels } from '@wharf/record-schema';

/** Stands for no octet, so that no label has it: labels may hold any octet, NUL too. */
const BETWEEN_LABELS = '\udc00';

/** Text that is equal exactly for names that DNS holds equal (RFC 4343). */
export function nameIdentity(name: Labels): string {
  return name.map(canonicalLabel).join(BETWEEN_LABELS);
}

/** The name of a `nameIdentity`, its letters lower-case. */
export function nameOfIdentity(identity: string): Labels {
  return identity === '' ? [] : identity.split(BETWEEN_LABELS);
}

/** Whether `name` is `domain` or below it; boundaries are labels, case does not count. */
export function isWithin(name: Labels, domain: Labels): boolean {
  const offset = name.length - domain.length;
  return offset >= 0 && domain.every((label, at) => canonicalLabel(label) === canonicalLabel(name[offset + at] ?? ''));
}

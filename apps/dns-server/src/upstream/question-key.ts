import type { Question } from '@wharf/dns-wire';
import { nameIdentity } from '../records/names.ts';

/** Text that is equal exactly for questions that DNS holds equal (RFC 4343). */
export function questionKey({ name, type, class: ofClass }: Question): string {
  return `${type} ${ofClass} ${nameIdentity(name)}`;
}

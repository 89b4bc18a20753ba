import type { Labels } from '@wharf/record-schema';
import { parseHost } from './host.ts';
import { isWithin } from './names.ts';

/** A family of addresses, the domain of their names (RFC 1035, section 3.5; RFC 3596, section 2.5), and their length. */
interface ReverseDomain {
  readonly domain: Labels;
  readonly addressLabels: number;
  /** From the labels of a whole address, the most significant first, to its text. */
  readonly textOf: (labels: readonly string[]) => string;
}

const reverseDomains: readonly ReverseDomain[] = [
  { domain: ['in-addr', 'arpa'], addressLabels: 4, textOf: (octets) => octets.join('.') },
  {
    domain: ['ip6', 'arpa'],
    addressLabels: 32,
    textOf: (nibbles) => (nibbles.join('').match(/.{4}/g) ?? []).join(':'),
  },
];

/** What a name of `in-addr.arpa` or `ip6.arpa` stands for. */
export interface ReverseName {
  /** Whether it stands for many addresses, for it has fewer labels than an address. */
  readonly isNetwork: boolean;
  /** The address as records have it; undefined for networks, for names below addresses, and for what is no number. */
  readonly address: string | undefined;
}

/** Undefined for names elsewhere. */
export function parseReverseName(name: Labels): ReverseName | undefined {
  if (name.length < 2 || name.at(-1)?.length !== 4) return undefined;
  const found = reverseDomains.find(({ domain }) => isWithin(name, domain));
  if (found === undefined) return undefined;
  const labels = name.slice(0, -found.domain.length).toReversed();
  return {
    isNetwork: labels.length < found.addressLabels,
    address: labels.length === found.addressLabels ? addressOf(found, labels) : undefined,
  };
}

function addressOf({ addressLabels, textOf }: ReverseDomain, labels: readonly string[]): string | undefined {
  const form = addressLabels === 4 ? /^\d{1,3}$/ : /^[\da-f]$/i;
  if (!labels.every((label) => form.test(label))) return undefined;
  const host = parseHost(textOf(labels));
  return host.ok && host.value.type !== 'name' ? host.value.address : undefined;
}

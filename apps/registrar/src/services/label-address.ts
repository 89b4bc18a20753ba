import { failure, ipAddressKind, quoteValue, type Result, success } from '@wharf/agent';
import type { Container } from '@wharf/docker-watcher';
import { type AddressFamily, addressFamily, addressIn, familyNames } from './address-family.ts';
import { checkedEndpoint, type Locate } from './endpoint.ts';
import type { Addresses } from './service.ts';

/** The addresses that a label of a container holds. */
export interface LabelledAddresses {
  readonly label: string;
  readonly addresses: Addresses;
}

/** Two of the longest addresses with their prefix lengths are 87 characters. */
const MAX_LENGTH = 200;

/**
 * What a container's label says of its address: one, or one of each family with a comma between, each cut at its last
 * `/` (`10.1.2.3/24`). Undefined when there is nothing in it. The error continues a sentence that a port begins.
 */
export function labelledAddresses(
  { labels }: Pick<Container, 'labels'>,
  label: string | undefined,
): Result<LabelledAddresses, string> | undefined {
  const text = label === undefined ? '' : (labels.get(label)?.trim() ?? '');
  if (label === undefined || text === '') return undefined;
  if (text.length > MAX_LENGTH) return failure(`has in label ${label} ${text.length} characters, and no IP address`);
  const addresses: { ipv4?: string; ipv6?: string } = {};
  for (const address of text.split(',').map(withoutPrefixLength)) {
    if (ipAddressKind(address) === 'none') {
      return failure(`has in label ${label} ${quoteValue(text)}, which is no IP address`);
    }
    const family = addressFamily(address);
    if (addresses[family] !== undefined) {
      return failure(`has in label ${label} ${quoteValue(text)}, which is more than one address of a family`);
    }
    addresses[family] = address;
  }
  return success({ label, addresses });
}

/** @param portFor the port to announce at addresses of that family */
export function locateLabelled(
  { label, addresses }: LabelledAddresses,
  portFor: (family: AddressFamily) => number,
): Locate {
  return (family) => {
    const address = addressIn(addresses, family);
    if (address !== undefined) {
      return checkedEndpoint(`has in label ${label} the address`, address, portFor(addressFamily(address)));
    }
    const which = family === undefined ? '' : `${familyNames[family]} `;
    return failure(`has in label ${label} no ${which}address, which -family asks for`);
  };
}

function withoutPrefixLength(text: string): string {
  const slash = text.lastIndexOf('/');
  return (slash === -1 ? text : text.slice(0, slash)).trim();
}

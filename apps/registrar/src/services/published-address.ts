import { failure, ipAddressKind, type Result } from '@wharf/agent';
import { type AddressFamily, addressFamily, addressIn, familyNames } from './address-family.ts';
import { checkedEndpoint, type Endpoint, endpointAt, type Locate } from './endpoint.ts';
import type { Host, ServiceRules } from './service.ts';
import type { PortBindings } from './service-ports.ts';

/**
 * Where a published port is reached: on `-ip`, else on the address that it is bound to, else on the host's own. Of
 * several bindings the first counts; where a family is asked for, the first that serves it. With `dual`, `-ip` does not
 * stand in for a family that the port is not published on: clients would try that address first, in vain.
 */
export function locatePublished(
  bindings: PortBindings,
  host: Host,
  { ip, family: rule }: Pick<ServiceRules, 'ip' | 'family'>,
): Locate {
  return (family) => {
    const [first] = bindings;
    const binding = family === undefined ? first : bindings.find(({ hostIp }) => serves(hostIp, family));
    const given = addressIn(ip, family);
    if (given !== undefined && (binding !== undefined || rule !== 'dual')) {
      return endpointAt(given, (binding ?? first).hostPort);
    }
    if (binding === undefined) return failure(`is not published on ${addressOf(family)}, which -family asks for`);
    if (isUnspecified(binding.hostIp)) return onHost(host, family ?? familyOf(binding.hostIp, host), binding.hostPort);
    return checkedEndpoint('is published on', binding.hostIp, binding.hostPort);
  };
}

/** The port on the host that takes connections of a family; of the first binding when none takes those alone. */
export function portServing(bindings: PortBindings): (family: AddressFamily) => number {
  return (family) => (bindings.find(({ hostIp }) => serves(hostIp, family)) ?? bindings[0]).hostPort;
}

function onHost({ addresses }: Host, family: AddressFamily | undefined, port: number): Result<Endpoint, string> {
  const address = addressIn(addresses, family);
  if (address !== undefined) return checkedEndpoint("is on the host's address", address, port);
  const which = family === undefined ? '' : `${familyNames[family]} `;
  return failure(`is on the host's ${which}address, which could not be found: set -ip`);
}

/** What a port that is published on `::` is reached by, where the host has it: the engine takes no IPv4 there. */
function familyOf(hostIp: string, { addresses }: Host): AddressFamily | undefined {
  return hostIp.includes(':') && addressIn(addresses, 'ipv6') !== undefined ? 'ipv6' : undefined;
}

/** Connections of which family the engine accepts there; without an address, of both. */
function serves(hostIp: string, family: AddressFamily): boolean {
  return hostIp === '' || addressFamily(hostIp) === family;
}

/** True for the empty text (Podman's word for it), 0.0.0.0 and ::, all of them: any address of the host. */
function isUnspecified(address: string): boolean {
  return address === '' || ipAddressKind(address) === 'unspecified';
}

function addressOf(family: AddressFamily | undefined): string {
  return family === undefined ? 'any address' : `an ${familyNames[family]} address`;
}

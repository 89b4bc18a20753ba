import { canonicalIpAddress, failure, type Result, success } from '@wharf/agent';
import { type AddressFamily, addressFamily } from './address-family.ts';
import { addressFault } from './address-fault.ts';
import type { FamilyRule } from './service.ts';

/** An address and port that clients can connect to. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
  readonly family: AddressFamily;
}

/**
 * Where a port is reached by addresses of one family, or by whichever there is when that is undefined. The error
 * continues a sentence that the port begins: `is published on 127.0.0.1, which only this host reaches`.
 */
export type Locate = (family: AddressFamily | undefined) => Result<Endpoint, string>;

/** The endpoints that the rule asks for, IPv4 first, or why there is none. */
export function endpointsByRule(rule: FamilyRule, locate: Locate): Result<readonly Endpoint[], string> {
  if (rule !== 'dual') {
    const endpoint = locate(rule === 'any' ? undefined : rule);
    return endpoint.ok ? success([endpoint.value]) : endpoint;
  }
  const [ipv4, ipv6] = [locate('ipv4'), locate('ipv6')];
  if (!ipv4.ok && !ipv6.ok) return failure(`${ipv4.error}; and ${ipv6.error}`);
  return success([ipv4, ipv6].flatMap((endpoint) => (endpoint.ok ? [endpoint.value] : [])));
}

/** @param said how the sentence leads to the address: `is published on` */
export function checkedEndpoint(said: string, address: string, port: number): Result<Endpoint, string> {
  const fault = addressFault(address);
  return fault === undefined ? endpointAt(address, port) : failure(`${said} ${address}, ${fault}`);
}

/** The operator's word is taken as it is, loopback included: that is how a single host is tried out. */
export function endpointAt(address: string, port: number): Result<Endpoint, string> {
  if (port < 1 || port > 65_535) return failure(`would be announced on port ${port}, which does not exist`);
  return success({ address: canonicalIpAddress(address), port, family: addressFamily(address) });
}

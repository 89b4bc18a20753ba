import { type Address, isServiceName } from './address.ts';

/** Where a receiver can be reached. */
export interface Endpoint {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
  readonly port: number;
  /** Of the SRV record; 0 without one. The least is the best. */
  readonly priority: number;
  /** Of the SRV record; 0 without one. */
  readonly weight: number;
  /** The host's name where an SRV record gives it. */
  readonly target?: string;
}

/** The most endpoints of one receiver that are looked at, the best first. */
export const MAX_ENDPOINTS = 64;

/** Endpoints of the addresses, each once; an SRV record's port counts before `port`. */
export function toEndpoints(addresses: readonly Address[], port: number): readonly Endpoint[] {
  const endpoints = addresses.map(({ address, family, service }): Endpoint => {
    if (service === undefined) return { address, family, port, priority: 0, weight: 0 };
    return { address, family, ...service };
  });
  const best = new Map<string, Endpoint>();
  for (const endpoint of endpoints.toSorted((one, other) => one.priority - other.priority)) {
    const key = endpointKey(endpoint);
    if (best.size < MAX_ENDPOINTS && !best.has(key)) best.set(key, endpoint);
  }
  return [...best.values()];
}

/** The same for the same address and port. */
export function endpointKey({ address, port }: Pick<Endpoint, 'address' | 'port'>): string {
  return `${address} ${port}`;
}

/**
 * The name that the certificate of a receiver must be for. `asked` is what the settings say; when that is a service's name,
 * it stands for the domain of the service, or for the target if that is within the domain: a target elsewhere is
 * only what a name server said, which proves nothing (RFC 6125, section 6.2.1).
 */
export function certificateName(asked: string, { target }: Pick<Endpoint, 'target'>): string {
  if (!isServiceName(asked)) return asked;
  const domain = asked
    .replace(/^(?:_[^.]*(?:\.|$))+/, '')
    .replace(/\.$/, '')
    .toLowerCase();
  if (domain === '') return asked;
  const isWithin = target !== undefined && `.${target.toLowerCase()}`.endsWith(`.${domain}`);
  return isWithin ? target : domain;
}

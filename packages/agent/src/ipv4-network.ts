import { BlockList, isIPv4 } from 'node:net';
import type { OptionType } from './option-type.ts';
import { failure, success } from './result.ts';

/** A network of IPv4: the addresses that have their first bits in common with one of them. */
export interface Ipv4Network {
  readonly address: string;
  /** 0, which is all addresses, to 32. */
  readonly prefixLength: number;
}

/** `10.0.0.0/16`; any address of the network may stand for it. */
export const ipv4Network: OptionType<Ipv4Network> = {
  placeholder: 'network',
  parse(text) {
    const [address = '', length = '', ...more] = text.split('/');
    const isNetwork = isIPv4(address) && /^\d{1,2}$/.test(length) && Number(length) <= 32 && more.length === 0;
    return isNetwork
      ? success({ address, prefixLength: Number(length) })
      : failure('is not an IPv4 network, such as 10.0.0.0/16');
  },
  render: ({ address, prefixLength }) => `${address}/${prefixLength}`,
};

/** Whether an IPv4 address is in a network. */
export function isInIpv4Network(address: string, network: Ipv4Network): boolean {
  const list = new BlockList();
  list.addSubnet(network.address, network.prefixLength, 'ipv4');
  return list.check(address, 'ipv4');
}

import { describe, expect, it } from 'vitest';
import { listenAddress } from './listen-address.ts';

const listenIn = { address: '10.0.0.0', prefixLength: 16 };

describe('listenAddress', () => {
  it('is the one of the configuration without a network', async () => {
    const unasked = () => Promise.reject(new Error('asked'));
    const listen = { host: '10.0.0.5', port: 53 };
    expect(await listenAddress({ listen, listenIn: undefined }, unasked)).toEqual(listen);
  });

  it('is the one that this host has in the network', async () => {
    const find = async ({ address }: { address: string }) => (address === '10.0.0.0' ? '10.0.0.5' : undefined);
    expect(await listenAddress({ listen: { host: '', port: 5_353 }, listenIn }, find)).toEqual({
      host: '10.0.0.5',
      port: 5_353,
    });
  });

  it('says that there is none', async () => {
    await expect(listenAddress({ listen: { host: '', port: 53 }, listenIn }, async () => undefined)).rejects.toThrow(
      'this host has no address in 10.0.0.0/16: choose another -address-in',
    );
  });
});

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { silentLogger, systemClock } from '@wharf/agent';
import { encodeDnsQuery, exchangeDns, freePort } from '@wharf/testkit';
import { describe, expect, it } from 'vitest';
import { type Listeners, startListeners } from './listeners.ts';

const echo = (query: Buffer): Buffer => Buffer.from(query);

const listen = (host: string, port: number, isShared = false): Promise<Listeners> =>
  startListeners({
    listen: { host, port },
    isShared,
    udp: 'auto',
    respond: echo,
    clock: systemClock,
    log: silentLogger,
    onDropped: () => undefined,
    onConnections: () => undefined,
    onEvicted: () => undefined,
  });

describe('startListeners', () => {
  it.each([
    { host: '127.0.0.1', asks: ['127.0.0.1'] },
    { host: '::1', asks: ['::1'] },
    { host: '', asks: ['127.0.0.1', '::1'] },
    { host: '0.0.0.0', asks: ['127.0.0.1'] },
  ])('serves UDP and TCP on $host', async ({ host, asks }) => {
    const port = await freePort();
    const listeners = await listen(host, port);
    try {
      for (const ask of asks) {
        for (const transport of ['udp', 'tcp'] as const) {
          const query = encodeDnsQuery({ name: 'a', type: 'A' });
          expect(await exchangeDns({ port, host: ask, transport }, query)).toEqual(query);
        }
      }
    } finally {
      await listeners.close();
    }
  });

  it('takes one port for both when told to choose', async () => {
    const listeners = await listen('127.0.0.1', 0);
    const query = encodeDnsQuery({ name: 'a', type: 'A' });
    expect(await exchangeDns({ port: listeners.port, transport: 'tcp' }, query)).toEqual(query);
    expect(await exchangeDns({ port: listeners.port }, query)).toEqual(query);
    await listeners.close();
  });

  it('shares UDP and TCP with others that share', async () => {
    const first = await listen('127.0.0.1', 0, true);
    const second = await listen('127.0.0.1', first.port, true);
    await expect(listen('127.0.0.1', first.port)).rejects.toMatchObject({ code: 'address-in-use' });
    await first.close();
    const query = encodeDnsQuery({ name: 'a', type: 'A' });
    for (const transport of ['udp', 'tcp'] as const) {
      expect(await exchangeDns({ port: second.port, transport }, query)).toEqual(query);
    }
    await second.close();
  });

  it('says who is in the way on UDP', async () => {
    const port = await freePort();
    const socket = createSocket('udp4');
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    await expect(listen('127.0.0.1', port)).rejects.toMatchObject({
      code: 'address-in-use',
      message: `cannot listen on udp 127.0.0.1 port ${port}: another process listens there: stop it, or choose another address with -addr`,
    });
    socket.close();
  });

  it('leaves UDP alone when TCP is taken', async () => {
    const port = await freePort();
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    await expect(listen('127.0.0.1', port)).rejects.toMatchObject({ code: 'address-in-use' });
    server.close();
    await once(server, 'close');
    const listeners = await listen('127.0.0.1', port);
    await listeners.close();
  });

  it('says that an address is not of this host', async () => {
    await expect(listen('192.0.2.1', await freePort())).rejects.toMatchObject({ code: 'no-such-address' });
  });
});

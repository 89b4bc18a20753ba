import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { silentLogger, systemClock } from '@wharf/agent';
import { encodeDnsQuery, eventually, exchangeDns, freePort } from '@wharf/testkit';
import { describe, expect, it, vi } from 'vitest';
import { type ListenersOptions, type Sharing, startListeners } from './listeners.ts';
import { udpIos } from './start-udp.ts';

const echo = (query: Buffer): Buffer => Buffer.from(query);

const listen = (host: string, port: number, sharing: Sharing = 'alone', more: Partial<ListenersOptions> = {}) =>
  startListeners({
    listen: { host, port },
    sharing,
    udp: 'auto',
    respond: echo,
    clock: systemClock,
    log: silentLogger,
    onDropped: () => undefined,
    onConnections: () => undefined,
    onEvicted: () => undefined,
    ...more,
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
    const first = await listen('127.0.0.1', await freePort(), 'first');
    const second = await listen('127.0.0.1', first.port, 'joining');
    await expect(listen('127.0.0.1', first.port)).rejects.toMatchObject({ code: 'address-in-use' });
    await first.close();
    const query = encodeDnsQuery({ name: 'a', type: 'A' });
    for (const transport of ['udp', 'tcp'] as const) {
      expect(await exchangeDns({ port: second.port, transport }, query)).toEqual(query);
    }
    await second.close();
  });

  it.each(['127.0.0.1', '::1'])('has others on %s take over without a lost datagram', async (host) => {
    const more = { reusePort: true, udp: 'batch' } as const;
    const port = await freePort();
    let current = await listen(host, port, 'alone', more);
    let asked = 0;
    const over = new AbortController();
    const query = encodeDnsQuery({ name: 'a', type: 'A' });
    const ask = async (): Promise<void> => {
      while (!over.signal.aborted) {
        expect(await exchangeDns({ port, host }, query)).toEqual(query);
        asked++;
      }
    };
    const asking = Promise.all(Array.from({ length: 8 }, ask));
    for (let turn = 0; turn < 10; turn++) {
      const next = await listen(host, port, 'alone', more);
      const before = asked;
      await eventually('both are asked', () => expect(asked).toBeGreaterThan(before + 50));
      await current.leave();
      await current.close();
      current = next;
    }
    over.abort();
    await asking;
    await current.close();
  });

  it('gives what comes after it left to others on all addresses, too', async () => {
    const more = { reusePort: true, interfaces: () => ({ lo: [{ address: '127.0.0.1' }] }) };
    const port = await freePort();
    const answering = (name: string) => ({
      ...more,
      respond: (query: Buffer) => Buffer.concat([query, Buffer.from(name)]),
    });
    const first = await listen('', port, 'alone', answering('first'));
    const second = await listen('', port, 'alone', answering('second'));
    await first.leave();
    const query = encodeDnsQuery({ name: 'a', type: 'A' });
    for (let asked = 0; asked < 64; asked++) {
      const reply = await exchangeDns({ port, host: '127.0.0.1' }, query);
      expect(reply.toString('latin1', query.length)).toBe('second');
    }
    await Promise.all([first.close(), second.close()]);
  });

  it.each(['', '::', '0.0.0.0'])('has a UDP socket on each address when it listens on %j', async (host) => {
    const interfaces = () => ({ lo: [{ address: '127.0.0.1' }, { address: '127.0.0.2' }, { address: '::1' }] });
    const listeners = await listen(host, await freePort(), 'alone', { interfaces });
    const expected = ['127.0.0.1', '127.0.0.2', ...(host === '0.0.0.0' ? [] : ['::1'])];
    expect(listeners.udpAddresses()).toEqual(expected);
    const query = encodeDnsQuery({ name: 'a', type: 'A' });
    for (const ask of expected) {
      expect(await exchangeDns({ port: listeners.port, host: ask }, query)).toEqual(query);
    }
    await listeners.close();
  });

  it('says once, for all who share it, that there are more addresses than sockets', async () => {
    const lo = Array.from({ length: 66 }, (_, i) => ({ address: `127.0.1.${i}` }));
    const info = vi.fn<() => void>();
    const more = { interfaces: () => ({ lo }), log: { ...silentLogger, info } };
    const first = await listen('', await freePort(), 'first', more);
    const second = await listen(first.host, first.port, 'joining', more);
    expect(second.udpAddresses()).toHaveLength(64);
    expect(info).toHaveBeenCalledExactlyOnceWith({ sockets: 64, leftOut: 2 }, expect.any(String));
    await Promise.all([first.close(), second.close()]);
  });

  it('has one for all addresses on other systems than Linux', async () => {
    const listeners = await listen('', await freePort(), 'alone', { platform: 'darwin' });
    expect(listeners.udpAddresses()).toEqual([]);
    const query = encodeDnsQuery({ name: 'a', type: 'A' });
    expect(await exchangeDns({ port: listeners.port }, query)).toEqual(query);
    await expect(listen('127.0.0.1', listeners.port, 'joining')).rejects.toMatchObject({ code: 'address-in-use' });
    await listeners.close();
  });

  it.each(udpIos)('on all addresses by %s, spreads clients of each, in whatever order sockets came', async (udp) => {
    const interfaces = () => ({ lo: [{ address: '127.0.0.1' }, { address: '127.0.0.2' }] });
    const answering = (name: string) => ({
      udp,
      interfaces,
      respond: (query: Buffer) => Buffer.concat([query, Buffer.from(name)]),
    });
    const first = await listen('', await freePort(), 'first', answering('first'));
    const rest = ['second', 'third'].map((name) => listen(first.host, first.port, 'joining', answering(name)));
    const joined = await Promise.all(rest);
    const query = encodeDnsQuery({ name: 'a', type: 'A' });
    // The system chooses by the client's port.
    for (const host of ['127.0.0.1', '127.0.0.2', '::1']) {
      const asked = Array.from({ length: 64 }, () => exchangeDns({ port: first.port, host }, query));
      const names = (await Promise.all(asked)).map((reply) => reply.toString('latin1', query.length));
      expect([...new Set(names)].toSorted()).toEqual(['first', 'second', 'third']);
    }
    await Promise.all([first, ...joined].map((listeners) => listeners.close()));
  });

  it.each([
    { host: '', sharing: 'alone' },
    { host: '', sharing: 'first' },
    { host: '0.0.0.0', sharing: 'alone' },
    { host: '127.0.0.1', sharing: 'first' },
  ] as const)('is in the way of any other on $host, $sharing', async ({ host, sharing }) => {
    const listeners = await listen(host, await freePort(), sharing);
    for (const others of ['', '0.0.0.0', '127.0.0.1']) {
      for (const way of ['alone', 'first'] as const) {
        const starting = listen(others, listeners.port, way);
        await expect(starting).rejects.toMatchObject({
          code: 'address-in-use',
          message: expect.stringContaining('another process listens there'),
        });
      }
    }
    const query = encodeDnsQuery({ name: 'a', type: 'A' });
    expect(await exchangeDns({ port: listeners.port }, query)).toEqual(query);
    await listeners.close();
  });

  it.each(['', '0.0.0.0'])('on %j does not share with somebody who would', async (host) => {
    const port = await freePort();
    const socket = createSocket({ type: 'udp4', reusePort: true });
    socket.bind(port, '127.0.0.1');
    await once(socket, 'listening');
    await expect(listen(host, port)).rejects.toMatchObject({ code: 'address-in-use' });
    await expect(listen(host, port, 'first')).rejects.toMatchObject({ code: 'address-in-use' });
    socket.close();
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

import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { freePort } from './ports.ts';

describe('startFaultyProxy', () => {
  let echo: ReturnType<typeof createServer>;
  let proxy: FaultyProxy;

  beforeEach(async () => {
    const port = await freePort();
    echo = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.pipe(socket);
    });
    echo.listen(port, '127.0.0.1');
    await once(echo, 'listening');
    proxy = await startFaultyProxy({ port });
  });

  afterEach(async () => {
    await proxy.close();
    echo.close();
  });

  const connect = async () => {
    const socket = createConnection({ port: proxy.port, host: '127.0.0.1' });
    await once(socket, 'connect');
    return socket;
  };

  it('passes bytes both ways', async () => {
    const socket = await connect();
    socket.write('ahoy');
    expect(String((await once(socket, 'data'))[0])).toBe('ahoy');
    socket.destroy();
  });

  it('resets connections when cut and accepts new ones', async () => {
    const socket = await connect();
    socket.write('a');
    await once(socket, 'data');
    proxy.cut();
    const [error] = (await once(socket, 'error').catch((e: unknown) => [e])) as [NodeJS.ErrnoException];
    expect(error.code).toBe('ECONNRESET');
    const second = await connect();
    second.write('b');
    expect(String((await once(second, 'data'))[0])).toBe('b');
    second.destroy();
  });

  it('holds bytes while stalled and delivers them when healed', async () => {
    const socket = await connect();
    socket.write('a');
    await once(socket, 'data');
    proxy.stall();
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    socket.write('held');
    const probe = await connect();
    probe.destroy();
    expect(received).toBe('');
    proxy.heal();
    await once(socket, 'data');
    expect(received).toBe('held');
    socket.destroy();
  });
});

import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually } from './eventually.ts';
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

  it('keeps the order of what it delays, also when it is healed meanwhile', async () => {
    const socket = await connect();
    socket.write('a');
    await once(socket, 'data');
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    proxy.delay(50);
    socket.write('b');
    const probe = await connect();
    probe.destroy();
    proxy.heal();
    socket.end('c');
    await once(socket, 'end');
    expect(received).toBe('bc');
  });

  it('cuts a connection after so many bytes from the server', async () => {
    proxy.cutAfter(3);
    const socket = await connect();
    socket.on('error', () => undefined);
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    socket.write('abc');
    await eventually('the bytes before the cut', () => expect(received).toBe('abc'));
    socket.write('d');
    await eventually('the cut', () => expect(socket.destroyed).toBe(true));
    expect(received).toBe('abc');
  });

  it('cuts and refuses on a unix socket as well', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wharf-proxy-'));
    const local = await startFaultyProxy({ port: proxy.port }, join(folder, 'proxy.sock'));
    const socket = createConnection({ path: local.path });
    socket.write('ahoy');
    expect(String((await once(socket, 'data'))[0])).toBe('ahoy');
    local.cut();
    await once(socket, 'close');
    local.refuse();
    await once(createConnection({ path: local.path }).resume(), 'close');
    await local.close();
    rmSync(folder, { recursive: true });
  });
});

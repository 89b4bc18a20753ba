import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer, type Socket } from 'node:net';
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

  it('passes exactly so many bytes on before it cuts, and then resets', async () => {
    proxy.cutAfter(3);
    const socket = await connect();
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    socket.write('abcdef');
    expect(await once(socket, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
    expect(received).toBe('abc');
    proxy.heal();
    const second = await connect();
    second.write('abcdef');
    expect(String((await once(second, 'data'))[0])).toBe('abcdef');
    second.destroy();
  });

  it('cuts a connection after so many bytes from the client, which the server has got', async () => {
    const arrived: Buffer[] = [];
    let ended = 0;
    echo.on('connection', (socket: Socket) => {
      socket.on('data', (chunk) => arrived.push(chunk)).on('close', () => ended++);
    });
    proxy.cutAfter(100_000, 'client');
    const socket = createConnection({ port: proxy.port, host: '127.0.0.1' }).resume();
    socket.write(Buffer.alloc(150_000, 'x'));
    await once(socket, 'close').catch(() => undefined);
    await eventually('the end at the server', () => expect(ended).toBe(1));
    expect(Buffer.concat(arrived).length).toBe(100_000);
  });

  it('holds the bytes of one side alone', async () => {
    let asked = '';
    echo.on('connection', (socket: Socket) => {
      socket.on('data', (chunk) => {
        asked += String(chunk);
      });
    });
    proxy.stall('server');
    const socket = await connect();
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    socket.write('question');
    await eventually('the question', () => expect(asked).toBe('question'));
    const probe = await connect();
    probe.destroy();
    expect(received).toBe('');
    proxy.heal();
    await eventually('the answer', () => expect(received).toBe('question'));
    socket.destroy();
  });

  it('holds what it delays while stalled, and an end as well', async () => {
    const socket = await connect();
    const events: string[] = [];
    socket.on('data', (chunk) => events.push(String(chunk))).on('end', () => events.push('end'));
    proxy.delay(1);
    socket.write('a');
    await eventually('the delayed byte', () => expect(events).toEqual(['a']));
    socket.end('b');
    proxy.stall();
    const probe = await connect();
    await once(probe.end(), 'finish');
    expect(events).toEqual(['a']);
    proxy.heal();
    await eventually('the rest', () => expect(events).toEqual(['a', 'b', 'end']));
    probe.destroy();
  });

  it('passes bytes on no faster than it is told, and makes the sender wait', async () => {
    proxy.throttle(100_000);
    const socket = await connect();
    const startedAtMs = performance.now();
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
    });
    socket.write(Buffer.alloc(30_000));
    await eventually('all bytes', () => expect(received).toBe(30_000));
    expect(performance.now() - startedAtMs).toBeGreaterThanOrEqual(300);

    const { bytesWritten } = socket;
    socket.write(Buffer.alloc(16 << 20));
    await eventually('a part of it', () => expect(received).toBeGreaterThan(40_000));
    // The kernel takes a few MiB; the rest stays with the sender.
    expect(socket.writableLength).toBeGreaterThan(1 << 20);
    proxy.heal();
    await eventually('the rest without delay', () => expect(received).toBe(30_000 + (16 << 20)));
    expect(socket.bytesWritten - bytesWritten).toBe(16 << 20);
    socket.destroy();
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

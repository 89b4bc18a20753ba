import { once } from 'node:events';
import { createConnection } from 'node:net';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AdminServer, type AdminSubject, startAdminServer } from './admin-server.ts';
import { silentLogger } from './logger.ts';
import { createMetrics } from './metrics.ts';

describe('startAdminServer', () => {
  let server: AdminServer;
  let reasons: readonly string[];
  const registry = new Registry();
  createMetrics({ a: { type: 'gauge', name: 'wharf_a', help: 'A.' } }, registry).a.set(1);

  const subject: AdminSubject = {
    title: 'sample 1.0.0',
    registry,
    readiness: () => reasons,
    debug: {
      services: () => new Map([['web', { port: 80n }]]),
      broken: () => {
        throw new Error('boom');
      },
    },
  };

  beforeEach(async () => {
    reasons = [];
    server = await startAdminServer(subject, { host: '127.0.0.1', port: 0 }, silentLogger);
  });

  afterEach(() => server.close());

  const get = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${server.address.port}${path}`);
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  };

  /** The first line of the answer to a request written by hand. */
  const request = async (text: string): Promise<string> => {
    const socket = createConnection({ host: '127.0.0.1', port: server.address.port });
    socket.end(text);
    let answer = '';
    socket.on('data', (chunk) => {
      answer += String(chunk);
    });
    await once(socket, 'close');
    return answer.split('\r\n')[0] ?? '';
  };

  it.each([
    ['/', 200, 'sample 1.0.0\n\n/metrics\n/healthz\n/readyz\n/debug/\n'],
    ['/healthz', 200, 'ok\n'],
    ['/readyz', 200, 'ready\n'],
    ['/debug', 200, '[\n  "/debug/services",\n  "/debug/broken"\n]\n'],
    ['/debug/', 200, '[\n  "/debug/services",\n  "/debug/broken"\n]\n'],
    ['/debug/services', 200, '{\n  "web": {\n    "port": "80"\n  }\n}\n'],
    ['/debug/broken', 500, 'the request failed; the log says why\n'],
    ['/nothing', 404, 'there is /metrics, /healthz, /readyz and /debug/\n'],
  ])('answers %s with %d', async (path, status, text) => {
    expect(await get(path)).toMatchObject({ status, text });
  });

  it.each(['/debug/nothing', '/debug/constructor', '/debug/__proto__'])(
    'names the pages there are for %s',
    async (path) => {
      const { status, text } = await get(path);
      expect(status).toBe(404);
      expect(JSON.parse(text)).toEqual({ error: 'no such page', pages: ['/debug/services', '/debug/broken'] });
    },
  );

  it('serves metrics in the format of Prometheus', async () => {
    const { status, type, text } = await get('/metrics');
    expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
    expect(text).toContain('wharf_a 1\n');
  });

  it('gives every reason for not being ready a line of its own', async () => {
    reasons = ['the store does not\nanswer', 'the engine does not answer'];
    expect(await get('/readyz')).toMatchObject({
      status: 503,
      text: 'the store does not answer\nthe engine does not answer\n',
    });
  });

  it.each([
    ['its name', 'Host: localhost', 'HTTP/1.1 200 OK'],
    ['its address', 'Host: 127.0.0.1:1', 'HTTP/1.1 200 OK'],
    ['a name that leads here', 'Host: rebound.example.org', 'HTTP/1.1 421 Misdirected Request'],
    ['endless headers', `X-Long: ${'x'.repeat(20_000)}`, 'HTTP/1.1 431 Request Header Fields Too Large'],
  ])('on loopback, answers a request with %s', async (_, header, expected) => {
    expect(await request(`GET /healthz HTTP/1.1\r\n${header}\r\nConnection: close\r\n\r\n`)).toBe(expected);
  });

  it('refuses large bodies', async () => {
    const head = 'POST /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: text/plain';
    expect(await request(`${head}\r\nContent-Length: 5000\r\n\r\n${'x'.repeat(5_000)}`)).toBe(
      'HTTP/1.1 413 Payload Too Large',
    );
  });

  it('says which address is in use, and what to do', async () => {
    const { port } = server.address;
    await expect(startAdminServer(subject, { host: '127.0.0.1', port }, silentLogger)).rejects.toMatchObject({
      code: 'address-in-use',
      message: `admin HTTP cannot listen on 127.0.0.1:${port}: something listens there already; give another -admin-addr, or off`,
    });
  });

  it('says when the host has no such address', async () => {
    await expect(startAdminServer(subject, { host: '192.0.2.1', port: 0 }, silentLogger)).rejects.toMatchObject({
      code: 'cannot-listen',
      message: expect.stringContaining('this host has no such address'),
    });
  });

  it('listens on every address when the host is empty', async () => {
    const everywhere = await startAdminServer(subject, { host: '', port: 0 }, silentLogger);
    const response = await fetch(`http://127.0.0.1:${everywhere.address.port}/healthz`);
    expect(await response.text()).toBe('ok\n');
    await everywhere.close();
  });

  it('closes although a client holds its connection open', async () => {
    const socket = createConnection({ host: '127.0.0.1', port: server.address.port });
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    await server.close();
    await closed;
    expect(socket.destroyed).toBe(true);
  });
});

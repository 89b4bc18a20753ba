import { once } from 'node:events';
import { Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { createConnection } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Certificate, type Certificates, createCertificates } from './certificates.ts';
import { eventually } from './eventually.ts';
import { type HttpReceiver, startHttpReceiver } from './http-receiver.ts';

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

async function readAnswer(response: IncomingMessage): Promise<{ status: number | undefined; body: string }> {
  let body = '';
  for await (const chunk of response) body += String(chunk);
  return { status: response.statusCode, body };
}

async function send(receiver: HttpReceiver, sent: Sent = {}, agent?: Agent) {
  const { method = 'POST', path = '/', headers = {} } = sent;
  const call = requestHttp(`${receiver.url}${path}`, { method, headers, agent: agent ?? false });
  call.end(sent.body);
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  return readAnswer(response);
}

describe('startHttpReceiver', () => {
  let receiver: HttpReceiver;

  beforeEach(async () => {
    receiver = await startHttpReceiver({ maxRequests: 3, maxBodyBytes: 1_000 });
  });

  afterEach(() => receiver.close());

  it('records requests and answers 200', async () => {
    const headers = { 'X-Scope-OrgID': 'east' };
    expect(await send(receiver, { path: '/push?a=1', headers, body: 'grüße' })).toEqual({ status: 200, body: '' });
    expect(receiver.requests).toMatchObject([
      { method: 'POST', path: '/push?a=1', headers: { 'x-scope-orgid': 'east' }, text: 'grüße', encodedBytes: 7 },
    ]);
    receiver.clear();
    expect(receiver.requests).toEqual([]);
  });

  it.each([
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['br', brotliCompressSync],
    ['zstd', zstdCompressSync],
    ['identity', (bytes: Buffer) => bytes],
  ] as const)('decodes %s', async (coding, encode) => {
    const bytes = encode(Buffer.from('x'.repeat(500)));
    await send(receiver, { headers: { 'content-encoding': coding }, body: bytes });
    expect(receiver.requests).toMatchObject([{ text: 'x'.repeat(500), encodedBytes: bytes.length }]);
  });

  it.each([
    ['a body that is too long', {}, 'x'.repeat(1_001), 413],
    ['a body that is too long when decoded', { 'content-encoding': 'gzip' }, gzipSync('x'.repeat(1_001)), 413],
    ['a body that is no gzip', { 'content-encoding': 'gzip' }, 'x', 400],
    ['an unknown coding', { 'content-encoding': 'snappy' }, 'x', 415],
  ])('refuses %s', async (_what, headers, body, status) => {
    expect(await send(receiver, { headers, body })).toMatchObject({ status });
    expect([receiver.requests.length, receiver.refusals.length]).toEqual([0, 1]);
  });

  it('takes bodies of exactly the limit, and no more requests than it may keep', async () => {
    const statuses: unknown[] = [];
    for (const body of ['x'.repeat(1_000), 'b', 'c', 'd']) statuses.push((await send(receiver, { body })).status);
    expect(statuses).toEqual([200, 200, 200, 507]);
    expect(receiver.refusals).toEqual(['more than 3 requests']);
  });

  it('does not record a request that ends in the middle', async () => {
    const socket = createConnection({ port: receiver.port, host: '127.0.0.1' });
    socket.end('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    await eventually('the end', () => expect([receiver.accepted, receiver.connections]).toEqual([1, 0]));
    socket.destroy();
    expect(receiver.requests).toEqual([]);
  });

  it('answers as told, each request anew', async () => {
    receiver.answerWith(({ text }) => ({ status: Number(text), body: `no: ${text}`, headers: { 'retry-after': '3' } }));
    expect(await send(receiver, { body: '429' })).toEqual({ status: 429, body: 'no: 429' });
    expect(await send(receiver, { body: '503' })).toEqual({ status: 503, body: 'no: 503' });
  });

  it('answers late', async () => {
    receiver.answerWith({ delayMs: 100 });
    const sentAtMs = performance.now();
    await send(receiver);
    // Node's timers may be up to a millisecond early.
    expect(performance.now() - sentAtMs).toBeGreaterThanOrEqual(99);
  });

  it('leaves a request without an answer and its connection open', async () => {
    receiver.answerWith({ fault: 'hang' });
    const call = requestHttp(receiver.url, { method: 'POST', agent: false }).end('x');
    const failed = once(call, 'response').catch((error: unknown) => error);
    await eventually('the request', () => expect(receiver.requests.length).toBe(1));
    receiver.answerWith({});
    await send(receiver);
    expect(receiver.requests.length).toBe(2);
    expect(receiver.connections).toBeGreaterThanOrEqual(1);
    receiver.dropConnections();
    expect(await failed).toMatchObject({ code: 'ECONNRESET' });
  });

  it.each([
    ['cut-before', 'no answer'],
    ['cut-within', 'a part'],
  ] as const)('%s: there is %s, and the request is recorded', async (fault, expected) => {
    receiver.answerWith({ fault, body: 'whole' });
    let outcome = 'no answer';
    const call = requestHttp(receiver.url, { method: 'POST', agent: false }).end('x');
    call.on('response', (response) => {
      outcome = 'a part';
      response.on('end', () => (outcome = 'all')).on('error', () => undefined);
      response.resume();
    });
    call.on('error', () => undefined);
    await new Promise((resolve) => call.on('close', resolve));
    expect(outcome).toBe(expected);
    expect(receiver.requests.length).toBe(1);
  });

  it('cuts after the whole answer, though the connection was to be kept', async () => {
    const agent = new Agent({ keepAlive: true });
    receiver.answerWith({ body: 'whole' });
    await send(receiver, {}, agent);
    receiver.answerWith({ fault: 'cut-after', body: 'whole' });
    expect(await send(receiver, {}, agent)).toEqual({ status: 200, body: 'whole' });
    expect(receiver.accepted).toBe(1);
    await eventually('the cut', () => expect(receiver.connections).toBe(0));
    agent.destroy();
  });
});

describe('startHttpReceiver over TLS', () => {
  let certificates: Certificates;

  beforeAll(async () => {
    certificates = await createCertificates();
  });

  afterAll(() => certificates.remove());

  const sendTls = async (receiver: HttpReceiver, own?: Certificate): Promise<string | undefined> => {
    const identity = own === undefined ? {} : { cert: own.cert, key: own.key };
    const call = requestHttps(receiver.url, { method: 'POST', agent: false, ca: certificates.server.ca, ...identity });
    call.end('x');
    try {
      const [response] = (await once(call, 'response')) as [IncomingMessage];
      return String((await readAnswer(response)).status);
    } catch {
      return 'turned away';
    }
  };

  it.each([
    [false, ['200', '200', '200']],
    [true, ['200', 'turned away', 'turned away']],
  ])('requires client certificates: %s', async (requiresClientCertificate, expected) => {
    const receiver = await startHttpReceiver({ certificate: certificates.server, requiresClientCertificate });
    try {
      const { client, expired } = certificates;
      const outcomes = [client, undefined, expired].map((own) => sendTls(receiver, own));
      expect(await Promise.all(outcomes)).toEqual(expected);
    } finally {
      await receiver.close();
    }
  });
});

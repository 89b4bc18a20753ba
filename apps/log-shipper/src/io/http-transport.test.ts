import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMetrics, type Logger, NameError, Registry, silentLogger, systemClock } from '@wharf/agent';
import {
  createCertificates,
  eventually,
  freePort,
  type HttpAnswer,
  type HttpReceiver,
  type ReceivedHttpRequest,
  startFaultyProxy,
  startHttpReceiver,
} from '@wharf/testkit';
import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { createElasticsearchEncoder } from '../http-sinks/elasticsearch-encoder.ts';
import type { HttpSinkKind } from '../http-sinks/http-sink.ts';
import { createLokiEncoder } from '../http-sinks/loki-encoder.ts';
import type { LineEncoder } from '../lines/line-encoder.ts';
import { metrics } from '../metrics.ts';
import { createMessageQueue } from '../queue/message-queue.ts';
import { encodeLines } from '../testing/encode-lines.ts';
import { createHttpTransport, type HttpSettings } from './http-transport.ts';
import type { Lookup } from './lookup.ts';
import { nextTurn } from './next-turn.ts';
import { createRouteMeter } from './route-meter.ts';
import type { TlsSettings } from './tls-settings.ts';

const local: Lookup = async () => [{ address: '127.0.0.1', family: 4 }];
const backoff = { baseMs: 5, capMs: 20 };
const web = { host: 'east', id: 'a'.repeat(64), name: 'web', image: 'web:1', labels: [] };

const open: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

const receive = async (options: Parameters<typeof startHttpReceiver>[0] = {}): Promise<HttpReceiver> => {
  const receiver = await startHttpReceiver(options);
  open.push(() => receiver.close());
  return receiver;
};

interface Given extends Partial<HttpSettings> {
  readonly lookup?: Lookup;
  readonly log?: Logger;
  readonly queueLimits?: { readonly messages: number; readonly bytes: number };
}

/** A transport at work, its queue and what it counts. */
const begin = (adapter: HttpSinkKind, url: string, given: Given = {}) => {
  const { lookup = local, log = silentLogger, queueLimits, ...settings } = given;
  const registry = new Registry();
  const queue = createMessageQueue(queueLimits ?? { messages: 1_000_000, bytes: 1 << 30 }, nextTurn);
  const context = {
    queue,
    clock: systemClock,
    random: Math.random,
    log,
    meter: createRouteMeter(createMetrics(metrics, registry), 'r'),
    lookup,
  };
  const transport = createHttpTransport({ adapter, url, options: {}, lingerMs: 20, backoff, ...settings }, context);
  transport.start();
  open.push(() => transport.stop(AbortSignal.abort()));
  let safe = 0;
  const pushMessages = (messages: readonly Buffer[]): void => {
    const ends = messages.map(
      (
        (end) => (message: Buffer) =>
          (end += message.length)
      )(0),
    );
    queue.push({ bytes: Buffer.concat(messages), ends, onSafe: () => (safe += messages.length) });
  };
  return {
    transport,
    queue,
    /** Messages whose container need not be read again. */
    safe: () => safe,
    pushMessages,
    push: (...lines: readonly string[]) => pushMessages(lines.map((line) => Buffer.from(`${line}\n`))),
    pushLines: (encoder: LineEncoder, ...lines: readonly string[]) =>
      pushMessages(encodeLines(encoder, ...lines.map((bytes) => ({ bytes })))),
    isDone: () => eventually('the queue to empty', () => expect(queue.messages).toBe(0)),
    async count(name: string) {
      const { values } = (await registry.getSingleMetric(`wharf_shipper_${name}`)?.get()) ?? { values: [] };
      return values.reduce((sum, { value }) => sum + value, 0);
    },
  };
};

const linesOf = ({ text }: ReceivedHttpRequest): readonly string[] => text.split('\n').slice(0, -1);
/** Answers a request by what it holds. */
const answerBy = (receiver: HttpReceiver, answer: (lines: readonly string[], index: number) => HttpAnswer): void => {
  let index = 0;
  receiver.answerWith((request) => answer(linesOf(request), index++));
};
const numbered = (count: number) => Array.from({ length: count }, (_, index) => `line ${index}`);

describe('createHttpTransport', () => {
  it('sends what comes together in one request, in order, and confirms it when it is answered', async () => {
    const receiver = await receive();
    const sender = begin('json', `${receiver.url}/in`);
    const lines = numbered(1_000);
    sender.push(...lines);
    await sender.isDone();
    expect(receiver.requests.map(linesOf)).toEqual([lines]);
    expect(receiver.requests[0]).toMatchObject({
      method: 'POST',
      path: '/in',
      headers: { 'content-type': 'application/x-ndjson', host: `127.0.0.1:${receiver.port}` },
    });
    expect(sender.safe()).toBe(1_000);
    expect(sender.transport.trouble).toBeUndefined();
    expect(sender.transport.peer).toBe(`127.0.0.1:${receiver.port}`);
    expect(await sender.count('messages_sent_total')).toBe(1_000);
  });

  it('confirms nothing before the answer', async () => {
    const receiver = await receive();
    receiver.answerWith({ fault: 'hang' });
    const sender = begin('json', receiver.url);
    sender.push('one');
    await eventually('the request', () => expect(receiver.requests).toHaveLength(1));
    expect(sender.queue.messages).toBe(1);
    expect(sender.safe()).toBe(0);
  });

  it('uses one connection for many requests, and asks for no more than a request may hold', async () => {
    const receiver = await receive();
    const sender = begin('json', receiver.url, { batch: { messages: 10, bytes: 1_000 }, lingerMs: 0 });
    const lines = numbered(95);
    sender.push(...lines);
    await sender.isDone();
    expect(receiver.requests.map((request) => linesOf(request).length)).toEqual([...Array(9).fill(10), 5]);
    expect(receiver.requests.flatMap(linesOf)).toEqual(lines);
    // One is of the look whether there is a receiver.
    expect(receiver.accepted).toBeLessThanOrEqual(2);
  });

  it('knows before the first message whether there is a receiver', async () => {
    const port = await freePort();
    const sender = begin('json', `http://127.0.0.1:${port}`);
    await eventually('the refusal', () => expect(sender.transport.trouble).toBe('connection refused'));
    const receiver = await receive({ port });
    await eventually('the receiver', () => expect(sender.transport.trouble).toBeUndefined());
    expect(receiver.requests).toEqual([]);
  });

  it('starts while the name does not resolve, and tries every address', async () => {
    const receiver = await receive();
    let isKnown = false;
    const addresses = ['127.0.0.9', '127.0.0.1'].map((address) => ({ address, family: 4 }));
    const lookup: Lookup = () => (isKnown ? Promise.resolve(addresses) : Promise.reject(new NameError('not-found')));
    const sender = begin('json', `http://logs.example:${receiver.port}/`, { lookup });
    sender.push('one');
    await eventually('the trouble', () => expect(sender.transport.trouble).toBe('the name does not resolve'));
    isKnown = true;
    await sender.isDone();
    expect(receiver.requests[0]?.headers.host).toBe(`logs.example:${receiver.port}`);
    expect(sender.transport.peer).toBe(`127.0.0.1:${receiver.port}`);
  });

  it('goes where the name leads by the time of a request', async () => {
    const [first, second] = await Promise.all([receive(), receive()]);
    let { port } = first;
    const lookup: Lookup = async () => [
      {
        address: '127.0.0.1',
        family: 4,
        ttlSeconds: 0,
        service: { priority: 0, weight: 0, port, target: 'a.example' },
      },
    ];
    const sender = begin('json', 'http://_logs._tcp.example/', { lookup });
    sender.push('one');
    await sender.isDone();
    port = second.port;
    await eventually('the other receiver', async () => {
      sender.push('more');
      await sender.isDone();
      expect(second.requests.length).toBeGreaterThan(0);
    });
    expect(first.requests.length).toBeGreaterThan(0);
    expect(sender.transport.peer).toBe(`127.0.0.1:${second.port}`);
  });

  it('compresses when asked to', async () => {
    const receiver = await receive();
    const sender = begin('json', receiver.url, { options: { gzipLevel: 1 } });
    const lines = numbered(500);
    sender.push(...lines);
    await sender.isDone();
    expect(receiver.requests.flatMap(linesOf)).toEqual(lines);
    expect(receiver.requests[0]?.headers['content-encoding']).toBe('gzip');
    expect(receiver.requests[0]?.encodedBytes).toBeLessThan(2_000);
  });

  it.each<[string, HttpAnswer, string]>([
    ['an overloaded receiver', { status: 429 }, 'the receiver answers 429: it has too much to do'],
    ['a failing one', { status: 500, body: 'oh\n' }, 'the receiver answers 500: oh'],
    ['a slow one', { status: 408 }, 'the receiver answers 408: the request took too long'],
    [
      'wrong credentials',
      { status: 401 },
      'the receiver answers 401: it wants other credentials, see authorization-file',
    ],
    ['a wrong path', { status: 404 }, 'the receiver answers 404: there is nothing at this path'],
    [
      'a redirection',
      { status: 302, headers: { location: 'http://other.example/' } },
      'the receiver answers 302: it sends to http://other.example/, which is not followed: name the right address in the route',
    ],
    ['a connection cut before the answer', { fault: 'cut-before' }, 'connection reset by the receiver'],
  ])('makes the same request again after %s, and says why', async (_name, answer, trouble) => {
    const receiver = await receive();
    receiver.answerWith(answer);
    const sender = begin('json', receiver.url);
    sender.push('one', 'two');
    await eventually('three requests', () => expect(receiver.requests.length).toBeGreaterThanOrEqual(3));
    expect(sender.transport.trouble).toBe(trouble);
    expect(sender.transport.peer).toBeUndefined();
    receiver.answerWith({ status: 204 });
    await sender.isDone();
    // A connection that ends with every request may be too short for it; then requests become shorter.
    expect(new Set(receiver.requests.slice(0, 3).map(({ text }) => text))).toEqual(new Set(['one\ntwo\n']));
    await eventually('the end of the trouble', () => expect(sender.transport.trouble).toBeUndefined());
    expect(await sender.count('messages_dropped_total')).toBe(0);
  });

  it('waits as long as the receiver asks for', async () => {
    const receiver = await receive();
    answerBy(receiver, (_lines, index) => (index === 0 ? { status: 503, headers: { 'retry-after': '1' } } : {}));
    const sender = begin('json', receiver.url);
    sender.push('one');
    await sender.isDone();
    const [first, second] = receiver.requests.map(({ receivedAtMs }) => receivedAtMs);
    expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(990);
  });

  it('sends again what a receiver took and did not acknowledge', async () => {
    const receiver = await receive();
    answerBy(receiver, (_lines, index) => (index === 0 ? { fault: 'cut-within', body: 'x'.repeat(100) } : {}));
    const sender = begin('json', receiver.url);
    sender.push('one');
    await sender.isDone();
    expect(receiver.requests.map(({ text }) => text)).toEqual(['one\n', 'one\n']);
    expect(await sender.count('messages_resent_total')).toBe(1);
    expect(await sender.count('connections_lost_total')).toBe(1);
  });

  it('makes nothing of a kept connection that ends as it is used again, but counts it', async () => {
    const receiver = await receive();
    answerBy(receiver, (_lines, index) => (index === 1 ? { fault: 'cut-before' } : {}));
    const warnings: unknown[] = [];
    const log: Logger = { ...silentLogger, warn: (fields: unknown) => void warnings.push(fields) };
    const sender = begin('json', receiver.url, { log });
    for (const line of ['one', 'two']) {
      sender.push(line);
      await sender.isDone();
    }
    expect(receiver.requests.map(({ text }) => text)).toEqual(['one\n', 'two\n', 'two\n']);
    expect(warnings).toEqual([]);
    expect(await sender.count('messages_resent_total')).toBe(1);
  });

  it('counts an answer that came whole before the cut', async () => {
    const receiver = await receive();
    receiver.answerWith({ fault: 'cut-after', body: 'ok' });
    const sender = begin('json', receiver.url, { lingerMs: 0 });
    for (const line of ['one', 'two', 'three']) {
      sender.push(line);
      await sender.isDone();
    }
    expect(receiver.requests.map(({ text }) => text)).toEqual(['one\n', 'two\n', 'three\n']);
  });

  it('goes to the next receiver of a service when the best one takes connections and answers nothing', async () => {
    const [best, other] = [await receive(), await receive()];
    best.answerWith({ fault: 'hang' });
    const lookup: Lookup = async () =>
      [best, other].map(({ port }, priority) => ({
        address: '127.0.0.1',
        family: 4,
        ttlSeconds: 300,
        service: { priority, weight: 0, port, target: 'a.example' },
      }));
    const sender = begin('json', 'http://_logs._tcp.example/', { lookup, timeoutMs: 100 });
    sender.push('one');
    await sender.isDone();
    expect(best.requests).toHaveLength(1);
    expect(other.requests).toHaveLength(1);
  });

  it('gives up a request that is not answered in time', async () => {
    const receiver = await receive();
    receiver.answerWith({ fault: 'hang' });
    const sender = begin('json', receiver.url, { timeoutMs: 100 });
    sender.push('one');
    await eventually('the trouble', () => expect(sender.transport.trouble).toBe('no answer within 0.1 s'));
    receiver.answerWith({});
    await sender.isDone();
    expect(receiver.requests.length).toBeGreaterThanOrEqual(2);
  });

  it('delivers to a receiver that was away, and to one whose link stalls', async () => {
    const port = await freePort();
    const receiver = await startHttpReceiver({ port });
    const proxy = await startFaultyProxy({ port });
    open.push(() => proxy.close());
    const sender = begin('json', `http://127.0.0.1:${proxy.port}`, { timeoutMs: 200 });
    sender.push('one');
    await sender.isDone();
    await receiver.close();
    sender.push('two');
    await eventually('the trouble', () => expect(sender.transport.trouble).toBeDefined());
    const again = await receive({ port });
    await sender.isDone();
    proxy.stall();
    sender.push('three');
    await eventually('the time to be up', () => expect(sender.transport.trouble).toBe('no answer within 0.2 s'));
    proxy.cut();
    proxy.heal();
    await sender.isDone();
    expect(new Set(again.requests.flatMap(linesOf))).toEqual(new Set(['two', 'three']));
  });

  it.each([400, 422, 413])(
    'drops what the receiver refuses with %d, counts it, and delivers the rest in order',
    async (status) => {
      const receiver = await receive();
      answerBy(receiver, (lines) => (lines.includes('line 41') ? { status, body: 'cannot take line 41' } : {}));
      const warnings: unknown[] = [];
      const log: Logger = { ...silentLogger, warn: (fields: unknown) => void warnings.push(fields) };
      const sender = begin('json', receiver.url, { log });
      sender.push(...numbered(100));
      await sender.isDone();
      const accepted = receiver.requests.filter((request) => !linesOf(request).includes('line 41')).flatMap(linesOf);
      expect(accepted).toEqual(numbered(100).filter((line) => line !== 'line 41'));
      expect(await sender.count('messages_dropped_total')).toBe(1);
      expect(sender.safe()).toBe(100);
      expect(warnings).toEqual([{ messages: 1, reason: expect.stringContaining('cannot take line 41') }]);
    },
  );

  it('takes an answer that comes before the request is read, and makes the next one elsewhere', async () => {
    const answered: Socket[] = [];
    // Says no to the head of each request, and never reads its body.
    const server = createServer((socket) => {
      answered.push(socket);
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.pause();
        socket.write('HTTP/1.1 413 Too Long\r\nContent-Length: 2\r\n\r\nno');
      });
    });
    const port = await freePort();
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    open.push(async () => {
      for (const socket of answered) socket.destroy();
      server.close();
    });
    const sender = begin('json', `http://127.0.0.1:${port}`, { batch: { messages: 9, bytes: 1 << 26 } });
    sender.push('x'.repeat(1 << 24), 'y'.repeat(1 << 24));
    await sender.isDone();
    expect(await sender.count('messages_dropped_total')).toBe(2);
  });

  it('finds how long a body may be', async () => {
    const receiver = await receive({ maxBodyBytes: 100_000 });
    const sender = begin('json', receiver.url, { batch: { messages: 4_000, bytes: 400_000 } });
    const lines = Array.from({ length: 400 }, (_, index) => String(index).padEnd(2_000));
    sender.push(...lines);
    await sender.isDone();
    expect(receiver.requests.flatMap(linesOf)).toEqual(lines);
    expect(await sender.count('messages_dropped_total')).toBe(0);
  });

  it('stops when what is queued is delivered', async () => {
    const receiver = await receive();
    receiver.answerWith({ delayMs: 50 });
    const sender = begin('json', receiver.url, { lingerMs: 60_000 });
    sender.push('one', 'two');
    await sender.transport.stop(new AbortController().signal);
    expect(receiver.requests.flatMap(linesOf)).toEqual(['one', 'two']);
    expect(sender.queue.messages).toBe(0);
  });

  it.each<[string, HttpAnswer]>([
    ['does not answer', { fault: 'hang' }],
    ['asks to wait', { status: 503, headers: { 'retry-after': '60' } }],
  ])('gives up at once when it must, though the receiver %s', async (_name, answer) => {
    const receiver = await receive();
    receiver.answerWith(answer);
    const sender = begin('json', receiver.url);
    sender.push('one');
    await eventually('the request', () => expect(receiver.requests).toHaveLength(1));
    const giveUp = new AbortController();
    const stopped = sender.transport.stop(giveUp.signal);
    giveUp.abort();
    await stopped;
    expect(sender.queue.take(100).map(String)).toEqual(['one\n']);
    await eventually('the connections to close', () => expect(receiver.connections).toBe(0));
  });

  it('holds no more than its queue and one request while the receiver takes nothing', async () => {
    const receiver = await receive();
    receiver.answerWith({ status: 503 });
    const sender = begin('json', receiver.url, { queueLimits: { messages: 50, bytes: 1 << 20 }, lingerMs: 60_000 });
    sender.push(...numbered(50));
    // A full queue gets nothing more to wait for.
    await eventually('the request', () => expect(receiver.requests.length).toBeGreaterThan(1));
    expect(sender.queue.isFull).toBe(true);
    receiver.answerWith({});
    await sender.isDone();
  });

  it('delivers each line at least once and in order, whatever the receiver answers', async () => {
    const fault = fc.constantFrom<HttpAnswer>(
      {},
      { status: 204 },
      { status: 500 },
      { status: 429, headers: { 'retry-after': '0' } },
      { status: 413 },
      { fault: 'cut-before' },
      { fault: 'cut-within', body: 'some answer' },
      { fault: 'cut-after', body: 'some answer' },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 12 }), fc.integer({ min: 1, max: 30 }), async (answers, count) => {
        const receiver = await startHttpReceiver();
        const stored: string[] = [];
        answerBy(receiver, (lines, index) => {
          const answer = answers[index] ?? {};
          // A single message that is refused would be dropped.
          const given = answer.status === 413 && lines.length === 1 ? {} : answer;
          if ((given.status ?? 200) < 300) stored.push(...lines);
          return given;
        });
        const sender = begin('json', receiver.url, { lingerMs: 0, batch: { messages: 7, bytes: 1_000 } });
        sender.push(...numbered(count));
        await sender.isDone();
        await sender.transport.stop(new AbortController().signal);
        await receiver.close();
        expect([...new Set(stored)]).toEqual(numbered(count));
        expect(sender.safe()).toBe(count);
      }),
      { numRuns: 25 },
    );
  });
});

describe('createHttpTransport, who is sending', () => {
  it('sends user and password of the route', async () => {
    const receiver = await receive();
    const sender = begin('json', receiver.url, { credentials: 'me:p@ssß' });
    sender.push('one');
    await sender.isDone();
    expect(receiver.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('me:p@ssß').toString('base64')}`);
  });

  it('says nothing of credentials that a receiver repeats', async () => {
    const receiver = await receive();
    receiver.answerWith(({ headers }) => ({ status: 403, body: `no to ${headers.authorization}, me and secret` }));
    const sender = begin('json', receiver.url, { credentials: 'me:secret' });
    sender.push('one');
    const trouble = 'the receiver answers 403: these credentials may not do this: no to ***, me and ***';
    await eventually('the refusal', () => expect(sender.transport.trouble).toBe(trouble));
  });

  it('says nothing of them either when the receiver repeats them in an answer that all is well', async () => {
    const receiver = await receive();
    const padding = 'x'.repeat(130);
    receiver.answerWith(({ headers }) => ({ body: `${padding} ${headers.authorization} me and secret` }));
    const sender = begin('elasticsearch', `${receiver.url}/logs`, { credentials: 'me:secret' });
    sender.pushLines(createElasticsearchEncoder(web, 'n'), 'one');
    const trouble = `the receiver does not answer as Elasticsearch does: ${padding} *** me and ***`;
    await eventually('the trouble', () => expect(sender.transport.trouble).toBe(trouble));
  });

  it('sends what the authorization-file holds, and reads it again when that is refused', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wharf-http-'));
    open.push(() => rm(folder, { recursive: true }));
    const authorizationFile = join(folder, 'token');
    const receiver = await receive();
    receiver.answerWith(({ headers }) => ({ status: headers.authorization === 'Bearer new' ? 200 : 401 }));
    const sender = begin('loki', receiver.url, { options: { authorizationFile, tenant: 'team' } });
    sender.pushLines(createLokiEncoder(web), 'one');
    const missing = `the authorization-file ${authorizationFile} cannot be read: there is no such file`;
    await eventually('the missing file', () => expect(sender.transport.trouble).toBe(missing));
    writeFileSync(authorizationFile, 'Bearer old\n');
    await eventually('the refusal', () => expect(sender.transport.trouble).toMatch(/answers 401/));
    writeFileSync(authorizationFile, 'two\nlines\n');
    await eventually('the bad file', () => expect(sender.transport.trouble).toMatch(/does not hold one line/));
    expect(sender.transport.trouble).not.toContain('two');
    writeFileSync(authorizationFile, 'Bearer new\n');
    await sender.isDone();
    expect(receiver.requests.at(-1)?.headers['x-scope-orgid']).toBe('team');
  });
});

describe('createHttpTransport to Loki', () => {
  it('pushes streams of entries', async () => {
    const receiver = await receive();
    receiver.answerWith({ status: 204 });
    const sender = begin('loki', `${receiver.url}/loki/api/v1/push`);
    sender.pushLines(createLokiEncoder(web), 'one', 'two');
    await sender.isDone();
    const [request] = receiver.requests;
    expect(request?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(request?.text ?? '')).toEqual({
      streams: [
        {
          stream: { host: 'east', container: 'web', image: 'web:1', source: 'stdout' },
          values: [
            ['1770091506123456789', 'one'],
            ['1770091506123456790', 'two'],
          ],
        },
      ],
    });
  });

  it('drops entries that are out of order, of which Loki has taken the others', async () => {
    const receiver = await receive();
    receiver.answerWith({
      status: 400,
      body: "entry ignored, reason: 'entry too far behind',\ntotal ignored: 2 out of 3",
    });
    const sender = begin('loki', receiver.url);
    sender.pushLines(createLokiEncoder(web), 'one', 'two', 'three');
    await sender.isDone();
    expect(receiver.requests).toHaveLength(1);
    expect(await sender.count('messages_dropped_total')).toBe(2);
  });
});

describe('createHttpTransport to Elasticsearch', () => {
  const messagesOf = (request: ReceivedHttpRequest): readonly string[] =>
    linesOf(request).flatMap((line, index) => (index % 2 === 1 ? [JSON.parse(line).message] : []));

  it('sends again what was not taken, drops what never will be, and counts what was there', async () => {
    const receiver = await receive();
    const stored: string[] = [];
    let round = 0;
    receiver.answerWith((request) => {
      round++;
      const items = messagesOf(request).map((message) => {
        if (message === 'bad') return { create: { status: 400, error: { type: 'mapper', reason: 'cannot parse' } } };
        if (message === 'there') return { create: { status: 409, error: { type: 'version_conflict', reason: 'x' } } };
        if (message === 'late' && round < 3)
          return { create: { status: 429, error: { type: 'rejected', reason: 'busy' } } };
        stored.push(message);
        return { create: { status: 201 } };
      });
      return { body: JSON.stringify({ errors: items.some(({ create }) => create.status > 299), items }) };
    });
    const sender = begin('elasticsearch', `${receiver.url}/logs-web-default`);
    sender.pushLines(createElasticsearchEncoder(web, 'n'), 'one', 'late', 'bad', 'there', 'two');
    await sender.isDone();
    expect(receiver.requests.map(messagesOf)).toEqual([['one', 'late', 'bad', 'there', 'two'], ['late'], ['late']]);
    expect(stored).toEqual(['one', 'two', 'late']);
    expect(await sender.count('messages_dropped_total')).toBe(1);
    expect(await sender.count('messages_duplicate_total')).toBe(1);
    expect(receiver.requests[0]).toMatchObject({
      path: '/logs-web-default/_bulk?filter_path=errors,items.*.status,items.*.error.type,items.*.error.reason',
      headers: { 'content-type': 'application/x-ndjson' },
    });
  });

  it('asks for fewer items when an answer is longer than it reads', async () => {
    const receiver = await receive();
    receiver.answerWith((request) => {
      const items = messagesOf(request).map(() => ({
        create: { status: 400, error: { type: 'mapper', reason: 'x'.repeat(400_000) } },
      }));
      return { body: JSON.stringify({ errors: true, items }) };
    });
    const sender = begin('elasticsearch', `${receiver.url}/logs`);
    sender.pushLines(createElasticsearchEncoder(web, 'n'), '1', '2', '3', '4');
    await sender.isDone();
    expect(receiver.requests.map((request) => messagesOf(request).length)).toEqual([4, 2, 2]);
    expect(await sender.count('messages_dropped_total')).toBe(4);
  });

  it('does not ask over and over when the answer for one message alone is longer than it reads', async () => {
    const receiver = await receive();
    receiver.answerWith({ body: ' '.repeat(1 << 21) });
    const sender = begin('elasticsearch', `${receiver.url}/logs`, { backoff: { baseMs: 60_000, capMs: 60_000 } });
    sender.pushLines(createElasticsearchEncoder(web, 'n'), '1', '2');
    const trouble = 'the receiver answers more than is read of an answer';
    await eventually('the trouble', () => expect(sender.transport.trouble).toBe(trouble));
    expect(receiver.requests.map((request) => messagesOf(request).length)).toEqual([2, 1]);
    expect(sender.queue.messages).toBe(2);
  });
});

describe('createHttpTransport over TLS', () => {
  it('trusts the CA it is given, and no other', async () => {
    const certificates = await createCertificates();
    open.push(async () => certificates.remove());
    const receiver = await receive({ certificate: certificates.server, requiresClientCertificate: true });
    let tls: TlsSettings = { ca: [certificates.stranger.ca], servername: '127.0.0.1' };
    const sender = begin('json', receiver.url, { readTls: () => Promise.resolve(tls) });
    sender.push('one');
    await eventually('the distrust', () => expect(sender.transport.trouble).toMatch(/certificate/));
    expect(receiver.requests).toEqual([]);
    const { ca, cert, key } = certificates.client;
    tls = { ca: [ca], cert, key, servername: '127.0.0.1' };
    await sender.isDone();
    expect(receiver.requests.map(({ text }) => text)).toEqual(['one\n']);
  });
});

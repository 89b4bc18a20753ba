import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Clock, systemClock } from '@wharf/agent';
import { eventually } from '@wharf/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineError, LogReading } from './engine.ts';
import { createLogReader, type LogReader } from './log-reader.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}Transfer-Encoding: chunked\r\n\r\n`;

interface Trace {
  readonly calls: string[];
  readonly ends: (EngineError | undefined)[];
  body: string;
  reading: LogReading;
}

describe('createLogReader', () => {
  let folder: string;
  let server: Server;
  let requests: string[];
  let answer: (socket: Socket) => unknown;
  let reader: LogReader;

  const connectTo = (path: string, clock: Clock = systemClock, callTimeoutMs = 10_000): LogReader =>
    createLogReader({ type: 'unix', path }, { clock, callTimeoutMs, certificates: {} });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'wharf-log-reader-'));
    requests = [];
    const serve = (socket: Socket): void => {
      socket.on('error', () => undefined);
      socket.once('data', (request) => {
        requests.push(request.toString());
        void answer(socket);
      });
    };
    server = createServer(serve).listen(join(folder, 's'));
    reader = connectTo(join(folder, 's'));
  });

  afterEach(() => {
    reader.close();
    server.close();
    rmSync(folder, { recursive: true });
  });

  /** @param onCall does something to the reading in the middle of a call of the listener */
  function read(limitMs: number | 'none' = 10_000, onCall?: (call: string, reading: LogReading) => void): Trace {
    const calls: string[] = [];
    const note = (call: string): void => {
      calls.push(call);
      onCall?.(call, trace.reading);
    };
    const trace: Trace = {
      calls,
      ends: [],
      body: '',
      reading: reader.read(
        'read the log',
        async () => ({ path: '/logs?a=b', limitMs: limitMs === 'none' ? undefined : limitMs }),
        {
          onOpen: () => note('open'),
          onChunk(bytes) {
            trace.body += bytes.toString('latin1');
            if (calls.at(-1) !== 'chunk') note('chunk');
          },
          onEnd(error) {
            trace.ends.push(error);
            note('end');
          },
        },
      ),
    };
    expect(trace.calls).toEqual([]);
    return trace;
  }
  const ended = (trace: Trace): Promise<void> => eventually('the end', () => expect(trace.calls).toContain('end'));

  it('asks once, and delivers the body of the answer', async () => {
    answer = (socket) => socket.end(`${CHUNKED}2\r\nah\r\n3\r\noy\n\r\n0\r\n\r\n`);
    const trace = read();
    await ended(trace);
    expect(trace).toMatchObject({ calls: ['open', 'chunk', 'end'], body: 'ahoy\n', ends: [undefined] });
    expect(requests).toEqual(['GET /logs?a=b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n']);
  });

  it('ends with the last chunk, though the connection stays', async () => {
    answer = (socket) => void socket.write(`${CHUNKED}2\r\nah\r\n0\r\n\r\n`);
    const trace = read();
    await ended(trace);
    expect(trace).toMatchObject({ body: 'ah', ends: [undefined] });
  });

  it('understands an answer that comes byte by byte', async () => {
    answer = async (socket) => {
      for (const byte of `${CHUNKED}4\r\nahoy\r\n1;x=y\r\n\n\r\n0\r\nA: b\r\n\r\n`) {
        socket.write(byte);
        await nextTurn();
      }
    };
    const trace = read();
    await ended(trace);
    expect(trace).toMatchObject({ body: 'ahoy\n', ends: [undefined] });
  });

  it.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n', 'refused', 'what answers speaks no HTTP'],
    ['a head without end', OK + 'a: b\r\n'.repeat(4_000), 'unavailable', 'longer than 16384 bytes'],
    ['a length that is none', `${OK}Content-Length: x\r\n\r\n`, 'unavailable', 'no usable length'],
    ['an early end, in the head', OK, 'unavailable', 'the connection was cut'],
    ['an early end, before the length', `${OK}Content-Length: 9\r\n\r\nahoy`, 'unavailable', 'the connection was cut'],
    ['an early end, before the last chunk', `${CHUNKED}4\r\nahoy\r\n`, 'unavailable', 'the connection was cut'],
    ['a wrong size of a chunk', `${CHUNKED}2\r\nahoy\r\n`, 'unavailable', 'no sequence of chunks'],
  ])('fails with %s', async (_what, text, code, sentence) => {
    answer = (socket) => socket.end(text);
    const trace = read();
    await ended(trace);
    expect(trace.ends).toEqual([expect.objectContaining({ code, message: expect.stringContaining(sentence) })]);
    expect(trace.ends[0]?.message).toMatch(/^cannot read the log at unix:/);
  });

  it.each([
    ['404 Not Found', '{"message":"No such container: x"}', 'not-found', 'answered 404: No such container: x'],
    ['501 Not Implemented', '{"message":"no reading"}', 'unsupported', 'answered 501: no reading'],
    ['500 Internal Server Error', 'plain\n', 'failed', 'answered 500: plain'],
    ['503 Service Unavailable', '', 'unavailable', 'answered 503: Service Unavailable'],
    ['204 No Content', '[]', 'failed', 'answered 204: []'],
  ])('translates %s with %j', async (status, body, code, sentence) => {
    answer = (socket) => socket.end(`HTTP/1.1 ${status}\r\n\r\n${body}`);
    const trace = read();
    await ended(trace);
    expect(trace.calls).toEqual(['end']);
    expect(trace.ends).toEqual([expect.objectContaining({ code, message: expect.stringContaining(sentence) })]);
  });

  it('reads no more of an error than it needs', async () => {
    answer = (socket) => void socket.write(`HTTP/1.1 500 Error\r\n\r\n${'x'.repeat(70_000)}`);
    const trace = read();
    await ended(trace);
    expect(trace.ends[0]).toMatchObject({ code: 'failed', message: expect.stringMatching(/answered 500: x{500}$/) });
  });

  it('tells of an error whose body never ends when the time is up', async () => {
    reader = connectTo(join(folder, 's'), systemClock, 50);
    answer = (socket) => void socket.write('HTTP/1.1 404 Not Found\r\n\r\ngone');
    const trace = read();
    await ended(trace);
    expect(trace.ends[0]).toMatchObject({ code: 'not-found', message: expect.stringContaining('404: gone') });
  });

  it('gives up an engine that does not answer, unless no limit is set', async () => {
    answer = () => undefined;
    const limited = read(50);
    const patient = read('none');
    await ended(limited);
    const message = expect.stringContaining('no answer within 50 ms');
    expect(limited.ends).toEqual([expect.objectContaining({ code: 'unavailable', message })]);
    expect(patient.calls).toEqual([]);
  });

  it('has no limit once the answer has begun', async () => {
    const limits: (() => void)[] = [];
    const clock: Clock = {
      ...systemClock,
      schedule(_delayMs, task) {
        limits.push(task);
        return () => limits.splice(0);
      },
    };
    reader = connectTo(join(folder, 's'), clock);
    answer = (socket) => void socket.write(`${OK}\r\n`);
    const trace = read(50);
    await eventually('open', () => expect(trace.calls).toEqual(['open']));
    expect(limits).toEqual([]);
  });

  it('says what to do about an engine that is not there', async () => {
    reader = connectTo(join(folder, 'missing'));
    const trace = read();
    await ended(trace);
    expect(trace.ends[0]).toMatchObject({ code: 'unavailable', message: expect.stringContaining('no such socket') });
  });

  it('passes on why the log cannot be located', async () => {
    const ends: unknown[] = [];
    const listener = { onOpen: () => undefined, onChunk: () => undefined, onEnd: (error: unknown) => ends.push(error) };
    reader.read('read the log', () => Promise.reject(new Error('nowhere')), listener);
    expect(ends).toEqual([]);
    await eventually('the end', () => expect(ends).toEqual([expect.objectContaining({ code: 'unavailable' })]));
  });

  it.each(['open', 'chunk'])('says nothing more once it is closed, also from within %s', async (when) => {
    const closed = Promise.withResolvers<void>();
    answer = (socket) => {
      socket.on('close', () => closed.resolve());
      socket.write(`${OK}Content-Length: 4\r\n\r\nahoy`);
    };
    const trace = read(10_000, (call, reading) => call === when && reading.close());
    await closed.promise;
    trace.reading.close();
    expect(trace.calls).toEqual(when === 'open' ? ['open', 'end'] : ['open', 'chunk', 'end']);
    expect(trace.ends).toEqual([undefined]);
  });

  it('can be closed before anything has happened, and then connects no more', async () => {
    answer = (socket) => socket.end(`${OK}\r\n`);
    const trace = read();
    trace.reading.close();
    expect(trace.ends).toEqual([undefined]);
    await ended(read());
    expect(requests).toHaveLength(1);
    expect(trace.calls).toEqual(['end']);
  });

  it('closes all readings at once', async () => {
    answer = (socket) => void socket.write(`${OK}\r\n`);
    const traces = [read(), read()];
    await eventually('open', () => expect(traces.map(({ calls }) => calls)).toEqual([['open'], ['open']]));
    reader.close();
    expect(traces.map(({ ends }) => ends)).toEqual([[undefined], [undefined]]);
  });

  it.each([
    ['open', (reading: LogReading) => reading.pause()],
    ['chunk', (reading: LogReading) => reading.pause()],
  ])('reads nothing while it is paused in %s, and loses nothing', async (when, pause) => {
    const body = Array.from({ length: 400_000 }, (_line, index) => `line ${index}\n`).join('');
    const sockets: Socket[] = [];
    answer = (socket) => {
      sockets.push(socket);
      socket.end(`${OK}\r\n${body}`);
    };
    const trace = read(10_000, (call, reading) => call === when && pause(reading));
    await eventually('paused', () => expect(trace.body).not.toBe(''));
    // What is read without a pause meanwhile shows that there was time enough.
    const other = read();
    await ended(other);
    expect(other.body).toBe(body);
    expect(trace.body.length).toBeLessThanOrEqual(64 * 1024);
    expect(sockets[0]?.writableLength).toBeGreaterThan(0);
    trace.reading.resume();
    await ended(trace);
    expect(trace.ends).toEqual([undefined]);
    expect(trace.body === body).toBe(true);
  });

  it('stays paused when the time for lines to gather is over', async () => {
    const tasks: (() => void)[] = [];
    const clock: Clock = {
      ...systemClock,
      schedule(_delayMs, task) {
        tasks.push(task);
        return () => undefined;
      },
    };
    reader = connectTo(join(folder, 's'), clock);
    const sockets: Socket[] = [];
    answer = (socket) => {
      sockets.push(socket);
      socket.write(`${OK}\r\n${'x'.repeat(4_000)}`);
    };
    const trace = read('none');
    await eventually('lines gather', () => expect(tasks).toHaveLength(1));
    trace.reading.pause();
    sockets[0]?.end('y');
    tasks[0]?.();
    const other = read('none');
    await eventually('another is read', () => expect(other.body).not.toBe(''));
    expect(trace.body).toBe('x'.repeat(4_000));
    trace.reading.resume();
    await ended(trace);
    expect(trace.body).toBe(`${'x'.repeat(4_000)}y`);
  });

  it('opens also when it is paused before', async () => {
    answer = async (socket) => {
      for (const byte of `${OK}\r\nahoy`) {
        socket.write(byte);
        await nextTurn();
      }
      socket.end();
    };
    const trace = read();
    trace.reading.pause();
    await eventually('open', () => expect(trace.calls).toContain('open'));
    trace.reading.resume();
    await ended(trace);
    expect(trace.body).toBe('ahoy');
  });
});

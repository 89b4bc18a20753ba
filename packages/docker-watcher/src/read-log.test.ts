import { execFileSync } from 'node:child_process';
import {
  eventually,
  importSampleImage,
  type PrivateEngine,
  SAMPLE_IMAGE,
  startDockerd,
  startPodman,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDockerEngine } from './docker-engine.ts';
import type { DockerEngine, EngineError, LogReading, LogRequest } from './engine.ts';
import { createLogDemultiplexer } from './log-demultiplexer.ts';
import { parseLogEntry } from './log-entry.ts';

const LINES = 30_000;
const everything: LogRequest = { stdout: true, stderr: true, follow: false, timestamps: true };
const PATIENCE = { timeoutMs: 30_000 };

const engines = [
  { name: 'Docker', start: startDockerd },
  { name: 'Podman', start: startPodman },
] as const;

interface Trace {
  readonly chunks: Buffer[];
  readonly ends: (EngineError | undefined)[];
  isOpen: boolean;
  readonly reading: LogReading;
}

describe.each(engines)('readLog of $name', { timeout: 60_000 }, ({ start }) => {
  let real: PrivateEngine;
  let engine: DockerEngine;
  let long: string;

  beforeAll(async () => {
    real = await start();
    await importSampleImage(real.socketPath);
    long = await run('sh', '-c', `yes ${'x'.repeat(103)} | head -n ${LINES}; echo error >&2`);
    await real.docker('wait', long);
  });

  afterAll(() => real.stop());

  beforeEach(() => {
    engine = createDockerEngine({ dockerHost: `unix://${real.socketPath}` });
  });

  afterEach(() => engine.close());

  const run = (...args: readonly string[]): Promise<string> =>
    real.docker('run', '-d', '--network', 'host', '--stop-signal', 'KILL', SAMPLE_IMAGE, ...args);

  function read(id: string, request: LogRequest, onFirst: (reading: LogReading) => void = () => undefined): Trace {
    const chunks: Buffer[] = [];
    const ends: (EngineError | undefined)[] = [];
    const trace: Trace = {
      chunks,
      ends,
      isOpen: false,
      reading: engine.readLog(id, request, {
        onOpen() {
          trace.isOpen = true;
        },
        onChunk(bytes) {
          chunks.push(Buffer.from(bytes));
          if (chunks.length === 1) onFirst(trace.reading);
        },
        onEnd: (error) => ends.push(error),
      }),
    };
    return trace;
  }
  const bytesOf = ({ chunks }: Trace): Buffer => Buffer.concat(chunks);
  const textsOf = (trace: Trace): readonly string[] => {
    const texts: string[] = [];
    const demultiplexer = createLogDemultiplexer({
      onFrame: (stream, bytes) => texts.push(`${stream} ${parseLogEntry(bytes).text.toString()}`),
      onCorrupt: (message) => texts.push(message),
    });
    demultiplexer.push(bytesOf(trace));
    return texts;
  };
  const ended = (trace: Trace): Promise<void> =>
    eventually('the end of the log', () => expect(trace.ends).toHaveLength(1), PATIENCE);

  it('gives the bytes that the engine sends', async () => {
    const trace = read(long, everything);
    await ended(trace);
    expect(trace).toMatchObject({ isOpen: true, ends: [undefined] });
    const url = `http://engine/v1.40/containers/${long}/logs?stdout=1&stderr=1&timestamps=1`;
    const expected = execFileSync('curl', ['-s', '--unix-socket', real.socketPath, url], { maxBuffer: 1e8 });
    expect(bytesOf(trace).equals(expected)).toBe(true);
    expect(bytesOf(trace).length).toBeGreaterThan(LINES * 103);
  });

  it('follows, and ends in good order with the container', async () => {
    const id = await run('sh', '-c', 'echo one; read -r line < /dev/zero');
    const trace = read(id, { ...everything, follow: true });
    await eventually('a line', () => expect(textsOf(trace)).toEqual(['stdout one']), PATIENCE);
    expect(trace.ends).toEqual([]);
    await real.docker('kill', id);
    await ended(trace);
    expect(trace.ends).toEqual([undefined]);
    await real.docker('rm', '-f', id);
  });

  it('reads from a moment on, and the newest entries alone', async () => {
    const id = await run('sh', '-c', 'echo one; sleep 2; echo two');
    await real.docker('wait', id);
    const times: string[] = [];
    const demultiplexer = createLogDemultiplexer({
      onFrame: (_stream, bytes) => times.push(parseLogEntry(bytes).timestamp),
      onCorrupt: (message) => times.push(message),
    });
    const all = read(id, everything);
    await ended(all);
    demultiplexer.push(bytesOf(all));
    const second = times[1] ?? '';
    const since = `${Math.floor(Date.parse(second) / 1000)}.${second.slice(20, 29).replace(/\D.*$/, '') || '0'}`;
    const late = read(id, { ...everything, since });
    const newest = read(id, { ...everything, tail: 1 });
    await ended(late);
    await ended(newest);
    expect([textsOf(late), textsOf(newest)]).toEqual([['stdout two'], ['stdout two']]);
    await real.docker('rm', '-f', id);
  });

  it('lets the engine wait while it is paused, and loses nothing', async () => {
    const paused = read(long, everything, (reading) => reading.pause());
    await eventually('paused', () => expect(paused.chunks).not.toEqual([]), PATIENCE);
    const other = read(long, everything);
    await ended(other);
    expect(bytesOf(paused).length).toBeLessThan(bytesOf(other).length / 2);
    expect(paused.ends).toEqual([]);
    paused.reading.resume();
    await ended(paused);
    expect(bytesOf(paused).equals(bytesOf(other))).toBe(true);
  });

  it('ends all that is read when the engine is closed', async () => {
    const id = await run('sleep', '1000');
    const trace = read(id, { ...everything, follow: true });
    engine.close();
    expect(trace.ends).toEqual([undefined]);
    await real.docker('rm', '-f', id);
  });

  it('fails without a container', async () => {
    const traces = [read('ab'.repeat(32), everything), read('../info', everything)];
    expect(traces.map(({ ends }) => ends)).toEqual([[], []]);
    for (const trace of traces) {
      await ended(trace);
      expect(trace).toMatchObject({ isOpen: false, ends: [{ code: 'not-found' }] });
    }
  });

  it('fails when the engine is killed in the middle', async () => {
    const id = await run('sh', '-c', 'echo one; sleep 1000');
    const trace = read(id, { ...everything, follow: true });
    await eventually('a line', () => expect(textsOf(trace)).toEqual(['stdout one']), PATIENCE);
    await real.kill();
    await ended(trace);
    const message = expect.stringContaining('the connection was cut');
    expect(trace.ends).toEqual([expect.objectContaining({ code: 'unavailable', message })]);
    await real.restart();
    await real.docker('rm', '-f', id);
  });
});

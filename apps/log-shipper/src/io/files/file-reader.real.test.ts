import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '@wharf/agent';
import { createDockerEngine, type DockerEngine, parseTimestamp, renderSince } from '@wharf/docker-watcher';
import { type Dockerd, eventually, importSampleImage, SAMPLE_IMAGE, startDockerd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogPiece } from '../../lines/log-line.ts';
import { createPieceParser } from '../../lines/piece-parser.ts';
import type { ReadingStart } from '../../sources/log-source.ts';
import { type RecordedReading, recordReading } from '../../testing/record-reading.ts';
import { sampleContainer } from '../../testing/sample-container.ts';
import { createFileReader } from './file-reader.ts';

const PATIENCE = { timeoutMs: 60_000 };
const SOME = 3_000;
const MANY = 20_000;

/** Numbered lines, then what needs escapes, several pieces, both sources, and a last line without its end. */
const script = (count: number): string =>
  [
    `seq 1 ${count} | sed 's/.*/line & of the log/'`,
    String.raw`printf '\001\t"\\ <&> \351 \360\237\230\200 \342\200\250 \177\r\n'`,
    String.raw`head -c 40000 /dev/zero | tr '\0' b`,
    'echo; echo; echo to stderr >&2',
    'printf tail',
  ].join('; ');

const show = ({ source, timestamp, bytes, partial, print }: LogPiece): string =>
  `${source} ${timestamp} ${print} ${bytes.toString('latin1')}${partial ? ' ...' : ''}`;

describe('the files of a real engine', { timeout: 120_000 }, () => {
  let docker: Dockerd;
  let engine: DockerEngine;
  const rotating = ['--log-opt', 'max-size=100k', '--log-opt', 'max-file=6'];

  beforeAll(async () => {
    docker = await startDockerd();
    await importSampleImage(docker.socketPath);
    engine = createDockerEngine({ dockerHost: `unix://${docker.socketPath}` });
  });

  afterAll(async () => {
    engine.close();
    await docker.stop();
  });

  const run = (command: string, ...options: readonly string[]): Promise<string> =>
    docker.docker('run', '-d', '--network', 'host', ...options, SAMPLE_IMAGE, 'sh', '-c', command);

  /** A container that has ended. */
  const runToEnd = async (command: string, ...options: readonly string[]): Promise<string> => {
    const id = await run(command, ...options);
    await docker.docker('wait', id);
    return id;
  };

  const open = (id: string, start: Partial<ReadingStart> = {}): RecordedReading => {
    const reader = createFileReader({ folder: join(docker.dataRoot, 'containers'), clock: systemClock });
    return recordReading(reader, sampleContainer({ id }), start);
  };

  const readFiles = async (id: string, start: Partial<ReadingStart> = {}): Promise<readonly string[]> => {
    const recorded = open(id, { follow: false, ...start });
    expect(await recorded.ended).toEqual({ kind: 'closed' });
    expect(recorded.malformed).toBe(0);
    return recorded.pieces.map(show);
  };

  const readEngine = (id: string, start: Partial<ReadingStart> = {}): Promise<readonly string[]> =>
    new Promise((resolve, reject) => {
      const pieces: string[] = [];
      const fail = (message = 'malformed'): void => reject(new Error(message));
      const listener = { onPiece: (piece: LogPiece) => pieces.push(show(piece)), onMalformed: fail, onFault: fail };
      const parser = createPieceParser(listener, false);
      const { sources = new Set(['stdout', 'stderr']), since, tail } = start;
      const request = {
        stdout: sources.has('stdout'),
        stderr: sources.has('stderr'),
        follow: false,
        timestamps: true,
        ...(since === undefined ? {} : { since }),
        ...(tail === undefined ? {} : { tail }),
      };
      engine.readLog(id, request, {
        onOpen: () => undefined,
        onChunk: (bytes) => parser.push(bytes),
        onEnd: (error) => (error === undefined ? resolve(pieces) : reject(error)),
      });
    });

  const fileNames = (id: string): readonly string[] =>
    readdirSync(join(docker.dataRoot, 'containers', id)).filter((name) => name.includes('-json.log'));

  /** The engine compresses them at its leisure. */
  const hasCompressed = (id: string): Promise<void> =>
    eventually('the files', () => {
      const names = fileNames(id);
      const plain = names.filter((name) => !name.endsWith('.gz'));
      expect(plain).toHaveLength(1);
      expect(names.length).toBeGreaterThan(3);
    });

  it.each([
    ['one file', false, []],
    ['rotation', false, rotating],
    ['rotation and compression', true, [...rotating, '--log-opt', 'compress=true']],
    ['rotation, compression and labels', true, [...rotating, '--log-opt', 'compress=true', '--log-opt', 'labels=a']],
  ])('hold what the engine gives: %s', async (_name, isCompressed, options) => {
    const id = await runToEnd(script(SOME), '--label', 'a=b', ...options);
    if (isCompressed) await hasCompressed(id);
    const all = await readEngine(id);
    expect(all.length).toBeGreaterThan(SOME);
    expect(await readFiles(id)).toEqual(all);

    const times = all.map((piece) => piece.split(' ')[1] ?? '');
    for (const index of [0, 1, 700, SOME - 100, all.length - 3, all.length - 1]) {
      const since = renderSince(parseTimestamp(times[index] ?? '') ?? 0n);
      const found = await readFiles(id, { since });
      const expected = all.filter((_, at) => (times[at] ?? '') >= (times[index] ?? ''));
      expect(found).toEqual(expected);
      // Docker 20.10 leaves out all older files when the oldest is compressed and ends before `since`.
      expect(isCompressed ? expected : await readEngine(id, { since })).toEqual(expected);
    }
    for (const tail of [0, 1, 2, 5, 6, 1_000, SOME, SOME * 2]) {
      expect(await readFiles(id, { tail })).toEqual(await readEngine(id, { tail }));
      const sources = new Set(['stderr'] as const);
      expect(await readFiles(id, { tail, sources })).toEqual(await readEngine(id, { tail, sources }));
    }
  });

  it.each([
    ['rotated', ['--log-opt', 'max-size=20k', '--log-opt', 'max-file=500']],
    [
      'rotated and compressed',
      ['--log-opt', 'max-size=20k', '--log-opt', 'max-file=500', '--log-opt', 'compress=true'],
    ],
  ])('are followed from line to line while they are %s', async (_name, options) => {
    const id = await run(`seq 1 ${MANY}`, ...options);
    const recorded = open(id);
    await docker.docker('wait', id);
    recorded.reading.finish?.();
    expect(await recorded.ended).toEqual({ kind: 'closed' });
    expect(recorded.texts).toEqual(Array.from({ length: MANY }, (_, index) => String(index + 1)));
  });

  it('end with the removal of the container', async () => {
    const id = await run('echo here; sleep 1000');
    const recorded = open(id);
    await eventually('the line', () => expect(recorded.texts).toEqual(['here']), PATIENCE);
    await docker.docker('rm', '-f', id);
    expect(await recorded.ended).toEqual({ kind: 'closed' });
  });
});

import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type Server } from 'node:tls';
import { promisify } from 'node:util';
import {
  type Dockerd,
  eventually,
  type FaultyProxy,
  freePort,
  importSampleImage,
  SAMPLE_IMAGE,
  startDockerd,
  startFaultyProxy,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createDockerEngine } from './docker-engine.ts';
import type { ContainerEvent, DockerEngine, EngineError, LogRequest } from './engine.ts';
import { createLogDemultiplexer } from './log-demultiplexer.ts';
import { parseLogEntry } from './log-entry.ts';

let dockerd: Dockerd;
let folder: string;

beforeAll(async () => {
  dockerd = await startDockerd();
  await importSampleImage(dockerd.socketPath);
  folder = mkdtempSync(join(tmpdir(), 'wharf-engine-'));
});

afterAll(async () => {
  await dockerd.stop();
  rmSync(folder, { recursive: true });
});

/** What a call fails with. */
async function failure(call: Promise<unknown>): Promise<EngineError> {
  return call.then(
    () => Promise.reject(new Error('the call did not fail')),
    (error: EngineError) => error,
  );
}

describe('createDockerEngine', () => {
  let engine: DockerEngine;

  beforeEach(() => {
    engine = createDockerEngine({ dockerHost: `unix://${dockerd.socketPath}` });
  });

  afterEach(() => engine.close());

  it('speaks the newest API that the engine knows', async () => {
    expect(await engine.version()).toEqual({
      flavour: 'docker',
      version: expect.stringMatching(/^\d+\.\d+/),
      apiVersion: await dockerd.docker('version', '--format', '{{.Server.APIVersion}}'),
    });
    expect(engine.description).toBe(`unix://${dockerd.socketPath}`);
  });

  it('lists and inspects containers, running or not', async () => {
    const running = await dockerd.docker('run', '-d', '-p', '8080:80', '--name', 'web', SAMPLE_IMAGE, 'sleep', '1000');
    const created = await dockerd.docker('create', '-e', 'A=b', '--label', 'c=d', '--network', 'none', SAMPLE_IMAGE);
    expect(new Set(await engine.list())).toEqual(new Set([running, created]));
    const web = await engine.inspect(running);
    expect(web).toMatchObject({
      id: running,
      name: 'web',
      image: SAMPLE_IMAGE,
      networkMode: 'bridge',
      networks: [{ name: 'bridge', ipv4: expect.stringMatching(/^172\./) }],
      logDriver: 'json-file',
      state: { running: true, health: 'none' },
    });
    expect(web?.ports[0]).toMatchObject({ port: 80, protocol: 'tcp', exposed: true });
    expect(web?.ports[0]?.bindings[0]).toEqual({ hostIp: '0.0.0.0', hostPort: 8080 });
    const other = await engine.inspect(created);
    expect(other?.environment.get('A')).toBe('b');
    expect(other?.labels).toEqual(new Map([['c', 'd']]));
    expect(other).toMatchObject({ networkMode: 'none', state: { running: false, startedAt: '' } });
    await dockerd.docker('rm', '-f', running, created);
    expect(await engine.inspect(running)).toBeUndefined();
  });

  it('reports events until it is told to stop', async () => {
    const actions: string[] = [];
    const ends: unknown[] = [];
    let isOpen = false;
    const stream = engine.events({
      onOpen() {
        isOpen = true;
      },
      onEvent: ({ id, action }: ContainerEvent) => actions.push(`${id.slice(0, 12)} ${action}`),
      onEnd: (error) => ends.push(error),
    });
    await eventually('subscribed', () => expect(isOpen).toBe(true));
    const id = (await dockerd.docker('run', '-d', SAMPLE_IMAGE, 'sleep', '1000')).slice(0, 12);
    await dockerd.docker('exec', id, 'echo', 'unseen');
    await dockerd.docker('rm', '-f', id);
    const expected = ['create', 'network_connect', 'start', 'kill', 'die', 'network_disconnect', 'destroy'].map(
      (action) => `${id} ${action}`,
    );
    await eventually('all events', () => expect(actions.filter((action) => action.startsWith(id))).toEqual(expected));
    stream.close();
    stream.close();
    expect(ends).toEqual([undefined]);
  });

  it('reports health, which inspect shows as well', async () => {
    const events: ContainerEvent[] = [];
    const stream = engine.events({
      onOpen: () => undefined,
      onEvent: (event) => events.push(event),
      onEnd: () => undefined,
    });
    const health = ['--health-cmd', 'true', '--health-interval', '200ms'];
    const id = await dockerd.docker('run', '-d', ...health, SAMPLE_IMAGE, 'sleep', '1000');
    await eventually('healthy', () => {
      const event = events.find(({ action }) => action === 'health_status');
      expect(event).toMatchObject({ id, attributes: { health_status: 'healthy' } });
    });
    expect((await engine.inspect(id))?.state.health).toBe('healthy');
    stream.close();
    await dockerd.docker('rm', '-f', id);
  });

  it('says what to do about an engine that is not there', async () => {
    const missing = createDockerEngine({ dockerHost: `unix://${folder}/missing.sock` });
    const error = await failure(missing.list());
    expect(error.code).toBe('unavailable');
    expect(error.message).toMatch(
      /^cannot ask for the version at unix:.*missing\.sock: there is no such socket: start/,
    );
    const port = await freePort();
    const refusing = createDockerEngine({ dockerHost: `tcp://127.0.0.1:${port}` });
    expect((await failure(refusing.version())).message).toContain(`at tcp://127.0.0.1:${port}: nothing listens there`);
  });

  it('knows what is no engine', async () => {
    const port = await freePort();
    const server = createServer((_request, response) => response.end('<html>')).listen(port, '127.0.0.1');
    const stranger = createDockerEngine({ dockerHost: `tcp://127.0.0.1:${port}` });
    expect((await failure(stranger.version())).message).toContain('the answer is no JSON: "<html>"');
    stranger.close();
    server.close();
  });

  it('takes its address from the environment it is given, not from that of the process', async () => {
    const before = process.env['DOCKER_HOST'];
    process.env['DOCKER_HOST'] = 'tcp://127.0.0.1:1';
    try {
      const env = { DOCKER_HOST: `unix://${dockerd.socketPath}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/nowhere' };
      const own = createDockerEngine({ env });
      expect(await own.list()).toEqual([]);
      own.close();
      expect(createDockerEngine({ env: {} }).description).not.toContain('127.0.0.1');
    } finally {
      if (before === undefined) delete process.env['DOCKER_HOST'];
      else process.env['DOCKER_HOST'] = before;
    }
  });

  it('refuses an address that it does not understand, at once', () => {
    expect(() => createDockerEngine({ dockerHost: 'ssh://host' })).toThrow(
      expect.objectContaining({ code: 'misconfigured', message: expect.stringContaining('"ssh://host"') }),
    );
  });

  describe('logs', () => {
    const everything: LogRequest = { stdout: true, stderr: true, follow: true, timestamps: true };

    async function read(id: string, request: LogRequest, tty: boolean): Promise<readonly string[]> {
      const lines: string[] = [];
      const demultiplexer = createLogDemultiplexer(
        {
          onFrame: (stream, bytes) => lines.push(`${stream} ${parseLogEntry(bytes).text.toString()}`),
          onCorrupt: (message) => lines.push(message),
        },
        { tty },
      );
      await new Promise<void>((resolve, reject) => {
        const onEnd = (error?: EngineError): void => (error === undefined ? resolve() : reject(error));
        engine.readLog(id, request, { onOpen: () => undefined, onChunk: (bytes) => demultiplexer.push(bytes), onEnd });
      });
      demultiplexer.end();
      return lines;
    }

    it('are frames, in which the end of a line shows', async () => {
      const id = await dockerd.docker('run', '-d', SAMPLE_IMAGE, 'sh', '-c', 'echo one; echo two >&2; printf three');
      const lines = await read(id, everything, false);
      expect(lines.toSorted()).toEqual(['stderr two', 'stdout one', 'stdout three']);
      const last = await read(id, { ...everything, stderr: false, follow: false, tail: 1 }, false);
      expect(last).toEqual(['stdout three']);
      await dockerd.docker('rm', '-f', id);
    });

    it('are plain lines with a TTY', async () => {
      const id = await dockerd.docker('run', '-d', '-t', SAMPLE_IMAGE, 'sh', '-c', 'echo one; echo two >&2');
      expect((await engine.inspect(id))?.tty).toBe(true);
      expect(await read(id, everything, true)).toEqual(['stdout one\r', 'stdout two\r']);
      await dockerd.docker('rm', '-f', id);
    });

    it('are unsupported with the log driver none', async () => {
      const id = await dockerd.docker('run', '-d', '--log-driver', 'none', SAMPLE_IMAGE, 'echo');
      expect((await failure(read(id, everything, false))).code).toBe('unsupported');
      await dockerd.docker('rm', '-f', id);
    });
  });
});

describe('over a bad link', () => {
  let proxy: FaultyProxy;
  let engine: DockerEngine;

  beforeEach(async () => {
    proxy = await startFaultyProxy({ path: dockerd.socketPath });
    engine = createDockerEngine({ dockerHost: `tcp://127.0.0.1:${proxy.port}`, callTimeoutMs: 300 });
  });

  afterEach(async () => {
    engine.close();
    await proxy.close();
  });

  it('gives up a call that is not answered', async () => {
    await engine.version();
    proxy.stall();
    const error = await failure(engine.list());
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('no answer within 300 ms') });
    proxy.heal();
    expect(await engine.list()).toEqual([]);
  });

  it('fails at once when it is cut in the middle of an answer', async () => {
    const port = await freePort();
    const server = createServer((request, response) => {
      if (request.url?.startsWith('/version')) response.end('{"ApiVersion":"1.41"}');
      else response.writeHead(200, { 'content-length': 1000 }).write('[', () => request.socket.destroy());
    }).listen(port, '127.0.0.1');
    const patient = createDockerEngine({ dockerHost: `tcp://127.0.0.1:${port}`, callTimeoutMs: 600_000 });
    const error = await failure(patient.list());
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining('the connection was cut') });
    patient.close();
    server.close();
  });

  it('ends the events with an error when it is cut', async () => {
    const ends: unknown[] = [];
    let isOpen = false;
    engine.events({
      onOpen() {
        isOpen = true;
      },
      onEvent: () => undefined,
      onEnd: (error) => ends.push(error),
    });
    await eventually('subscribed', () => expect(isOpen).toBe(true));
    proxy.cut();
    await eventually('ended', () => expect(ends).toEqual([expect.objectContaining({ code: 'unavailable' })]));
  });
});

describe('with TLS', () => {
  const curl = (args: readonly string[]) => promisify(execFile)('curl', args, { encoding: 'buffer', maxBuffer: 1e8 });
  let server: Server;
  let port: number;

  const openssl = (...args: readonly string[]): void => {
    execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  };

  /** An authority, and a certificate of it for 127.0.0.1 that serves both sides, as `docker` expects them in a folder. */
  beforeAll(async () => {
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    openssl('req', '-x509', ...key, '-subj', '/CN=authority', '-keyout', 'ca-key.pem', '-out', 'ca.pem');
    const authority = ['-CA', 'ca.pem', '-CAkey', 'ca-key.pem', '-addext', 'subjectAltName=IP:127.0.0.1'];
    openssl('req', '-x509', ...key, '-subj', '/CN=engine', ...authority, '-keyout', 'key.pem', '-out', 'cert.pem');
    port = await freePort();
    const [ca, cert, privateKey] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFileSync(join(folder, name)));
    server = createTlsServer({ ca, cert, key: privateKey, requestCert: true, rejectUnauthorized: true }, (client) => {
      const link = createConnection({ path: dockerd.socketPath });
      client.on('error', () => link.destroy()).pipe(link);
      link.on('error', () => client.destroy()).pipe(client);
    }).listen(port, '127.0.0.1');
  });

  afterAll(() => server.close());

  it('shows its certificate and checks that of the engine', async () => {
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    const engine = createDockerEngine({ env });
    expect(await engine.list()).toEqual([]);
    engine.close();
  });

  it('reads a log, also with a pause in the middle', async () => {
    const lines = `yes ${'x'.repeat(103)} | head -n 20000`;
    const id = await dockerd.docker('run', '-d', SAMPLE_IMAGE, 'sh', '-c', lines);
    await dockerd.docker('wait', id);
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: folder };
    const engine = createDockerEngine({ env });
    const request: LogRequest = { stdout: true, stderr: true, follow: false, timestamps: true };
    const chunks: Buffer[] = [];
    const ends: unknown[] = [];
    const reading = engine.readLog(id, request, {
      onOpen: () => reading.pause(),
      onChunk: (bytes) => chunks.push(Buffer.from(bytes)),
      onEnd: (error) => ends.push(error),
    });
    const url = `http://engine/v1.40/containers/${id}/logs?stdout=1&stderr=1&timestamps=1`;
    // Not synchronously: what stands between the engine and TLS runs in this process.
    const { stdout: expected } = await curl(['-s', '--unix-socket', dockerd.socketPath, url]);
    expect(Buffer.concat(chunks).length).toBeLessThan(expected.length / 2);
    reading.resume();
    await eventually('the end', () => expect(ends).toEqual([undefined]));
    expect(Buffer.concat(chunks).equals(expected)).toBe(true);
    engine.close();
    await dockerd.docker('rm', '-f', id);
  });

  it('reads no log of an engine whose certificate is of an unknown authority', async () => {
    const engine = createDockerEngine({ dockerHost: `https://127.0.0.1:${port}`, env: {} });
    const ends: unknown[] = [];
    const listener = { onOpen: () => undefined, onChunk: () => undefined, onEnd: (error: unknown) => ends.push(error) };
    engine.readLog('ab'.repeat(32), { stdout: true, stderr: true, follow: false, timestamps: true }, listener);
    await eventually('the end', () => expect(ends).toEqual([expect.objectContaining({ code: 'refused' })]));
    engine.close();
  });

  it('refuses an engine whose certificate is of an unknown authority', async () => {
    const engine = createDockerEngine({ dockerHost: `https://127.0.0.1:${port}`, env: {} });
    const error = await failure(engine.list());
    expect(error).toMatchObject({ code: 'refused', message: expect.stringContaining('the certificates do not fit') });
    engine.close();
  });

  it('names the file that it misses', () => {
    const env = { DOCKER_HOST: `tcp://127.0.0.1:${port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/nowhere' };
    expect(() => createDockerEngine({ env })).toThrow(/\/nowhere\/ca\.pem, named by DOCKER_CERT_PATH, cannot be read/);
  });
});

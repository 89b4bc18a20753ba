import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Dockerd,
  eventually,
  freePort,
  importSampleImage,
  startDockerd,
  startSyslogReceiver,
} from '@wharf/testkit';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type LogShipperConfig, logShipperDefaults } from './config.ts';
import { type RunningShipper, startShipper } from './testing/start-shipper.ts';

let dockerd: Dockerd;
let image: string;
const open: (() => unknown)[] = [];
let names = 0;
let prefix = '';

beforeAll(async () => {
  dockerd = await startDockerd();
  image = await importSampleImage(dockerd.socketPath);
});

afterAll(() => dockerd?.stop());

beforeEach(() => {
  prefix = `h${++names}`;
});

afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
  const ids = (await dockerd.docker('ps', '-aq')).split('\n').filter((id) => id !== '');
  if (ids.length > 0) await dockerd.docker('rm', '-f', ...ids);
});

const here = { host: '127.0.0.1', port: 0 };

interface HttpShipper extends RunningShipper {
  /** `http://127.0.0.1:12345` */
  readonly base: string;
}

const ship = async (
  routes: readonly string[] = [],
  config: Partial<LogShipperConfig> = {},
  token?: string,
): Promise<HttpShipper> => {
  const httpApi = { address: here, isOptional: false, token: token === undefined ? undefined : { text: token } };
  const shipper = await startShipper(dockerd.socketPath, routes, { httpApi, ...config });
  open.push(() => shipper.stop());
  await eventually('the shipper', () => expect(shipper.agent.readiness()).toEqual([]));
  return { ...shipper, base: `http://${addressOf(shipper)}` };
};
const addressOf = ({ agent }: RunningShipper) =>
  /"address":"(?<address>[^"]+)"/.exec(JSON.stringify(agent.debug['http']?.()))?.groups?.['address'] ?? 'nowhere';
const named = (name: string) => `${prefix}-${name}`;
const run = (name: string, script: string, ...options: readonly string[]) =>
  dockerd.docker('run', '-d', '--name', named(name), ...options, image, 'sh', '-c', script);
/** As if the container printed it. */
const say = (name: string, line: string) =>
  dockerd.docker('exec', named(name), 'sh', '-c', `echo "${line}" > /proc/1/fd/1`);

interface View {
  readonly status: number;
  readonly type: string;
  text(): string;
  close(): void;
}

/** Opens a view, and collects what comes. */
const look = async (url: string, headers: Readonly<Record<string, string>> = {}): Promise<View> => {
  const asked = request(url, { headers, agent: false });
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let text = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  response.on('error', () => undefined);
  open.push(() => asked.destroy());
  return {
    status: response.statusCode ?? 0,
    type: response.headers['content-type'] ?? '',
    text: () => text,
    close: () => asked.destroy(),
  };
};
const viewers = (shipper: RunningShipper) => shipper.count('wharf_shipper_viewers');
/** Readers of logs that are open for viewers. */
const readers = ({ agent }: RunningShipper) =>
  [...JSON.stringify(agent.debug['http']?.()).matchAll(/"containersAttached":(\d+)/g)].map(([, count]) =>
    Number(count),
  );

describe('/logs', () => {
  it('shows what containers print from now on, as text with names', async () => {
    await run('web', 'echo before; sleep 1000');
    const { base } = await ship();
    const colored = await look(`${base}/logs`);
    const plain = await look(`${base}/logs?colors=off`);
    await say('web', 'ahoy');
    await eventually('the line', () => expect(plain.text()).toBe(`${named('web')}|ahoy\n`));
    const escape = String.fromCharCode(27);
    await eventually('its colour', () =>
      expect(colored.text().replaceAll(escape, 'ESC')).toMatch(
        new RegExp(`^ESC\\[0;\\d\\dm${named('web')}\\|ESC\\[0mahoy\\n$`),
      ),
    );
    expect(plain).toMatchObject({ status: 200, type: 'text/plain; charset=utf-8' });
  });

  it('shows containers that come later from their beginning, and begins with a tail where that is asked for', async () => {
    await run('old', 'echo 1; echo 2; echo 3; sleep 1000');
    await eventually('its lines', async () => expect(await dockerd.docker('logs', named('old'))).toContain('3'));
    const { base } = await ship();
    const view = await look(`${base}/logs?colors=off&tail=2`);
    await eventually('the tail', () => expect(view.text()).toBe(`${named('old')}|2\n${named('old')}|3\n`));
    await run('new', 'echo a; echo b; sleep 1000');
    await eventually('the new one', () => expect(view.text()).toMatch(`${named('new')}|a\n${named('new')}|b\n`));
  });

  it('shows one container by its ID, others by a pattern, one source alone', async () => {
    const { base } = await ship();
    const both = 'echo out; echo err >&2; sleep 1000';
    const id = await run('web', both);
    const byId = await look(`${base}/logs/id:${id.slice(0, 12)}?colors=off&tail=all`);
    const byName = await look(`${base}/logs/name:${prefix}-d*?colors=off&sources=stderr`);
    await run('db', both);
    await eventually('both sources', () =>
      expect(byId.text().split('\n').toSorted()).toEqual(['', `${named('web')}|err`, `${named('web')}|out`]),
    );
    await eventually('one source', () => expect(byName.text()).toBe(`${named('db')}|err\n`));
  });

  it('gives JSON without the environment', async () => {
    const { base } = await ship();
    const view = await look(`${base}/logs`, { accept: 'application/json' });
    const id = await run('web', `printf 'a "\\377"\\n'; sleep 1000`, '-e', 'PASSWORD=secret', '-l', 'tier=front');
    await eventually('the object', () => expect(view.text()).toContain('\n'));
    expect(view.type).toBe('application/json');
    expect(JSON.parse(view.text())).toEqual({
      id,
      name: named('web'),
      image,
      labels: { tier: 'front' },
      source: 'stdout',
      time: expect.stringMatching(/^\d{4}-.*\.\d{9}Z$/),
      data: 'a "\ufffd"',
    });
  });

  it('gives JSON over a websocket, a message a line', async () => {
    const shipper = await ship();
    const socket = new WebSocket(`${shipper.base.replace('http', 'ws')}/logs/name:${prefix}-*`);
    const messages: string[] = [];
    socket.on('message', (data, isBinary) =>
      messages.push(isBinary || !Buffer.isBuffer(data) ? 'binary' : data.toString()),
    );
    open.push(() => socket.terminate());
    await once(socket, 'open');
    await run('web', 'echo one; echo two; sleep 1000');
    await eventually('two messages', () =>
      expect(messages.map((text) => JSON.parse(text).data)).toEqual(['one', 'two']),
    );
    expect(messages.every((text) => text.endsWith('}'))).toBe(true);
    socket.close();
    await eventually('its end', async () => expect(await viewers(shipper)).toBe(0));
  });

  it.each([
    ['GET', '/logs?colour=off', 400, 'colour'],
    ['GET', '/logs/name:[', 400, 'pattern'],
    ['GET', '/logs/name:%ff', 400, ''],
    ['GET', '/logs/web', 404, 'name:'],
    ['HEAD', '/logs', 405, ''],
    ['POST', '/logs', 405, 'GET'],
    ['PUT', '/routes', 405, 'GET, HEAD, POST'],
    ['GET', '/nothing', 404, '/logs'],
    ['GET', '/routes/none', 404, 'no such route'],
    ['GET', '/health', 200, 'Healthy!\n'],
    ['GET', '/', 200, '/logs'],
  ])('answers %s %s with %i', async (method, path, status, text) => {
    const { base } = await ship();
    const answer = await fetch(`${base}${path}`, { method });
    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(text);
  });

  it('a viewer that does not read holds up neither another one nor a route', async () => {
    const receiver = await startSyslogReceiver();
    open.push(() => receiver.close());
    const shipper = await ship([`syslog+tcp://127.0.0.1:${receiver.port}`]);
    const port = Number(new URL(shipper.base).port);
    const stalled = connect(port, '127.0.0.1');
    stalled.on('error', () => undefined);
    stalled.write('GET /logs HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(stalled, 'readable');
    open.push(() => stalled.destroy());
    const view = await look(`${shipper.base}/logs?colors=off`);
    const filler = 'x'.repeat(2_000);
    await run('talker', `i=0; while [ $i -lt 8000 ]; do i=$((i+1)); echo ${filler} $i; done; echo end; sleep 1000`);
    await eventually('the end', () => expect(view.text()).toContain(`${named('talker')}|end\n`));
    expect(view.text().split('\n').length).toBe(8_002);
    await eventually('the other end', () => expect(receiver.messages.length).toBe(8_001));
    const held = [...JSON.stringify(shipper.agent.debug['http']?.()).matchAll(/"bytes":(\d+),"isFull":true/g)];
    expect(held.length).toBe(1);
    // The limit, and a chunk of the log with the names added to it.
    expect(Number(held[0]?.[1])).toBeLessThan((256 + 2 * 64) * 1_024);
    stalled.destroy();
    await eventually('one viewer', async () => expect(await viewers(shipper)).toBe(1));
  });

  it('refuses viewers beyond the limit, and takes others when some have gone', async () => {
    const shipper = await ship();
    const views = await Promise.all(Array.from({ length: 32 }, () => look(`${shipper.base}/logs`)));
    expect(views.every(({ status }) => status === 200)).toBe(true);
    expect(await viewers(shipper)).toBe(32);
    expect((await fetch(`${shipper.base}/logs`)).status).toBe(503);
    const socket = new WebSocket(`${shipper.base.replace('http', 'ws')}/logs`);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain('503');
    views[0]?.close();
    await eventually('room', async () => expect((await look(`${shipper.base}/logs`)).status).toBe(200));
  });

  it('viewers leave nothing behind', async () => {
    for (const name of ['one', 'two', 'three']) await run(name, 'sleep 1000');
    const shipper = await ship();
    const resources = () => process.getActiveResourcesInfo().length;
    const visit = async (index: number): Promise<void> => {
      if (index % 2 === 0) {
        const view = await look(`${shipper.base}/logs`);
        view.close();
        return;
      }
      const socket = new WebSocket(`${shipper.base.replace('http', 'ws')}/logs`);
      await once(socket, 'open');
      socket.terminate();
    };
    const kept = await look(`${shipper.base}/logs`);
    await eventually('its readers', () => expect(readers(shipper)).toEqual([3]));
    await visit(0);
    await eventually('one viewer', async () => expect(await viewers(shipper)).toBe(1));
    const before = resources();
    for (let round = 0; round < 10; round++) {
      await Promise.all(Array.from({ length: 20 }, (_, index) => visit(index)));
      await eventually('one viewer', async () => expect(await viewers(shipper)).toBe(1));
    }
    await eventually('what there was', () => expect(resources()).toBeLessThanOrEqual(before + 2));
    expect(readers(shipper)).toEqual([3]);
    await say('one', 'still here');
    await eventually('a line', () => expect(kept.text()).toContain('still here'));
  });
});

describe('/routes', () => {
  const json = (value: unknown) => ({ method: 'POST', body: JSON.stringify(value) });
  const textsOf = (messages: readonly { readonly text: string }[]) =>
    messages.map(({ text }) => text.replace(/^.* - - /s, '').trimEnd());

  it('sets a route to work from now on, shows it, and takes it out', async () => {
    const receiver = await startSyslogReceiver();
    open.push(() => receiver.close());
    await run('web', 'echo before; sleep 1000');
    await eventually('the old line', async () => expect(await dockerd.docker('logs', named('web'))).toBe('before'));
    const shipper = await ship(['stdout:?filter.name=nobody'], { backlog: true });
    const address = `127.0.0.1:${receiver.port}`;
    const posted = await fetch(
      `${shipper.base}/routes`,
      json({ id: 'mine', adapter: 'syslog+tcp', address, filter_name: `${prefix}-*`, filter_sources: ['stdout'] }),
    );
    expect(posted.status).toBe(201);
    const spec = {
      id: 'mine',
      adapter: 'syslog+tcp',
      address,
      filter_name: `${prefix}-*`,
      filter_sources: ['stdout'],
    };
    expect(await posted.json()).toEqual(spec);
    const uri = `syslog+tcp://${address}?filter.name=${prefix}-*&filter.sources=stdout`;
    await eventually('readiness', () => expect(shipper.agent.readiness()).toEqual([]));
    await say('web', 'after');
    await eventually('the line', () => expect(textsOf(receiver.messages)).toEqual(['after']));
    expect(await (await fetch(`${shipper.base}/routes/mine`)).json()).toEqual(spec);
    const all = (await (await fetch(`${shipper.base}/routes`)).json()) as { id: string }[];
    expect(all).toEqual([{ id: expect.any(String), adapter: 'stdout', filter_name: 'nobody' }, spec]);
    expect(await shipper.routesOf('wharf_shipper_lines_read_total')).toContain(uri);

    expect((await fetch(`${shipper.base}/routes/mine`, { method: 'DELETE' })).status).toBe(200);
    expect((await fetch(`${shipper.base}/routes/mine`, { method: 'DELETE' })).status).toBe(404);
    for (const metric of ['lines_read_total', 'route_connected', 'containers_attached']) {
      expect(await shipper.routesOf(`wharf_shipper_${metric}`)).not.toContain(uri);
    }
    await say('web', 'nobody hears');
    expect((await fetch(`${shipper.base}/routes/${all[0]?.id}`, { method: 'DELETE' })).status).toBe(200);
    expect(await (await fetch(`${shipper.base}/routes`)).json()).toEqual([]);
    expect(textsOf(receiver.messages)).toEqual(['after']);
  });

  it.each([
    ['', 'not JSON'],
    ['{', 'not JSON'],
    ['[]', 'is none'],
    ['null', 'is none'],
    ['"syslog"', 'is none'],
    ['{}', 'adapter is missing'],
    ['['.repeat(60_000), 'not JSON'],
    ['{"__proto__": {"adapter": "syslog"}}', '__proto__'],
    ['{"adapter": "syslog", "address": "a", "options": {"__proto__": "x"}}', '__proto__'],
    ['{"adapter": "pigeon", "address": "roof"}', 'pigeon'],
    ['{"adapter": "syslog", "address": "a", "id": "../../etc/passwd"}', 'id is not'],
    ['{"adapter": "syslog", "address": "a", "id": ".."}', 'id is not'],
    ['{"adapter": "syslog", "address": "a", "id": 7}', 'id is not a string'],
    ['{"adapter": "syslog", "address": "a?filter.name=b"}', 'address is not'],
    ['{"adapter": "syslog", "address": "a", "filter_sources": ["stdin"]}', 'stdin'],
    ['{"adapter": "syslog", "address": "a", "filter_labels": ["a:b,c:d"]}', 'comma'],
    ['{"adapter": "syslog", "address": "a", "options": {"filter.id": "a"}, "filter_id": "b"}', 'more than once'],
    ['{"adapter": "json+http", "address": "a/", "options": {"authorization-file": "/etc/hostname"}}', 'names files'],
    ['{"adapter": "syslog+tls", "address": "a", "options": {"tls.ca": "/etc/hostname"}}', 'names files'],
  ])('refuses %j', async (body, reason) => {
    const { base } = await ship();
    const answer = await fetch(`${base}/routes`, { method: 'POST', body });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { error: string }).error).toContain(reason);
    expect(await (await fetch(`${base}/routes`)).json()).toEqual([]);
  });

  it('refuses a body that is too long, the same route twice, the same ID twice, and more than 32', async () => {
    const { base } = await ship(['syslog://127.0.0.1:9']);
    const post = async (value: unknown) => (await fetch(`${base}/routes`, json(value))).status;
    expect(await post({ adapter: 'syslog', address: 'a'.repeat(70_000) })).toBe(413);
    expect(await post({ adapter: 'syslog', address: '127.0.0.1:9' })).toBe(409);
    expect(await post({ adapter: 'syslog', address: '127.0.0.1:10', id: 'a' })).toBe(201);
    expect(await post({ adapter: 'syslog', address: '127.0.0.1:11', id: 'a' })).toBe(409);
    const statuses = await Promise.all(
      Array.from({ length: 40 }, (_, index) => post({ adapter: 'syslog', address: `127.0.0.1:${20 + index}` })),
    );
    expect(statuses.filter((status) => status === 201).length).toBe(30);
    expect(statuses.filter((status) => status === 409).length).toBe(10);
  });

  it('keeps routes on disk, takes them up again, and leaves bad files alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'routes-'));
    open.push(() => rm(folder, { recursive: true }));
    const first = await ship(['syslog://127.0.0.1:9'], { routesPath: folder });
    const post = (value: unknown) => fetch(`${first.base}/routes`, json(value));
    const secret = { id: 'sink', adapter: 'json+http', address: 'me:secret@127.0.0.1:9/in', options: { gzip: '1' } };
    expect(await (await post(secret)).json()).toEqual({ ...secret, address: '***@127.0.0.1:9/in' });
    await post({ adapter: 'syslog', address: '127.0.0.1:10', filter_labels: ['a:b', 'c:d*'] });
    expect((await stat(join(folder, 'sink.json'))).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(join(folder, 'sink.json'), 'utf8'))).toEqual(secret);
    await first.stop();
    open.pop();

    await writeFile(join(folder, 'bad.json'), '{"adapter": ');
    await writeFile(join(folder, 'other.json'), '{"adapter": "syslog", "address": "127.0.0.1:11", "id": "another"}');
    await writeFile(join(folder, 'twice.json'), '{"adapter": "syslog", "address": "127.0.0.1:9"}');
    await writeFile(join(folder, 'original.json'), '{"adapter":"syslog","address":"127.0.0.1:12","options":null}');
    const files = (await readdir(folder)).length;
    const httpApi = { address: here, isOptional: false, token: undefined };
    const second = await startShipper(dockerd.socketPath, ['syslog://127.0.0.1:9'], { httpApi, routesPath: folder });
    open.push(() => second.stop());
    const base = `http://${addressOf(second)}`;
    const loaded = (await (await fetch(`${base}/routes`)).json()) as { id: string; address: string }[];
    expect(loaded.map(({ address }) => address).toSorted()).toEqual([
      '***@127.0.0.1:9/in',
      '127.0.0.1:10',
      '127.0.0.1:12',
      '127.0.0.1:9',
    ]);
    expect((await fetch(`${base}/routes/sink`, { method: 'DELETE' })).status).toBe(200);
    expect(await readdir(folder)).not.toContain('sink.json');
    expect((await readdir(folder)).length).toBe(files - 1);
  });

  it('leaves no half route when it cannot be set to work', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'routes-'));
    open.push(() => rm(folder, { recursive: true }));
    const tls = { ...logShipperDefaults.tls, tlsCaCerts: [join(folder, 'no-ca.pem')] };
    const shipper = await ship([], { routesPath: folder, tls });
    const answer = await fetch(`${shipper.base}/routes`, json({ adapter: 'syslog+tls', address: '127.0.0.1:9' }));
    expect(answer.status).toBe(500);
    expect(await (await fetch(`${shipper.base}/routes`)).json()).toEqual([]);
    expect(await readdir(folder)).toEqual([]);
    expect(await shipper.routesOf('wharf_shipper_route_connected')).toEqual([]);
  });

  it('leaves no half route when the disk refuses', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'routes-'));
    const { base, agent } = await ship([], { routesPath: folder });
    await rm(folder, { recursive: true });
    const answer = await fetch(`${base}/routes`, json({ adapter: 'syslog', address: '127.0.0.1:9' }));
    expect(answer.status).toBe(500);
    expect(await (await fetch(`${base}/routes`)).json()).toEqual([]);
    expect(agent.debug['routes']?.()).toEqual([]);
  });
});

describe('who is heard', () => {
  const raw = (port: number, lines: readonly string[]): Promise<string> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(`${lines.join('\r\n')}\r\n\r\n`));
      let text = '';
      socket.setEncoding('latin1').on('data', (chunk: string) => {
        text += chunk;
        if (text.includes('\r\n\r\n')) socket.destroy();
      });
      socket.on('error', () => undefined).on('close', () => resolve(text.split('\r\n')[0] ?? ''));
    });
  const upgrade = [
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ];

  it.each([
    [['GET /logs HTTP/1.1', 'Host: evil.example.org'], 421],
    [['GET /logs HTTP/1.1', 'Host: localhost'], 200],
    [['GET /logs HTTP/1.1', 'Host: localhost', ...upgrade], 101],
    [['GET /logs HTTP/1.1', 'Host: localhost', 'Origin: http://localhost', ...upgrade], 101],
    [['GET /logs HTTP/1.1', 'Host: localhost', 'Origin: http://evil.example.org', ...upgrade], 403],
    [['GET /logs HTTP/1.1', 'Host: evil.example.org', ...upgrade], 421],
    [['GET /routes HTTP/1.1', 'Host: localhost', ...upgrade], 404],
    [['GET /logs?tail=x HTTP/1.1', 'Host: localhost', ...upgrade], 400],
    [['GET /health HTTP/1.1', 'Host: localhost', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c'], 200],
    [['POST /routes HTTP/1.1', 'Host: localhost', 'Origin: null', 'Content-Length: 0'], 403],
    [['DELETE /routes/a HTTP/1.1', 'Host: localhost', 'Sec-Fetch-Site: same-site'], 403],
    [[`GET /${'a'.repeat(10_000)} HTTP/1.1`, 'Host: localhost'], 431],
  ])('%j gets %i', async (lines, status) => {
    const { base } = await ship();
    expect(await raw(Number(new URL(base).port), lines)).toContain(`HTTP/1.1 ${status} `);
  });

  it('wants the token for everything but /health', async () => {
    const { base } = await ship([], {}, 'correct-horse');
    const status = async (path: string, authorization?: string) =>
      (await fetch(`${base}${path}`, authorization === undefined ? {} : { headers: { authorization } })).status;
    expect(await status('/health')).toBe(200);
    for (const path of ['/', '/routes', '/logs', '/routes/a', '/healthy']) expect(await status(path)).toBe(401);
    expect(await status('/routes', 'Bearer wrong-horse')).toBe(401);
    expect(await status('/routes', 'Bearer correct-horse')).toBe(200);
    const refused = new WebSocket(`${base.replace('http', 'ws')}/logs`);
    expect(((await once(refused, 'error')) as [Error])[0].message).toContain('401');
  });

  it('works without HTTP when the port is taken, unless it was asked for', async () => {
    const port = await freePort();
    const first = await startShipper(dockerd.socketPath, [], {
      httpApi: { address: { host: '127.0.0.1', port }, isOptional: false, token: undefined },
    });
    open.push(() => first.stop());
    const taken = { address: { host: '127.0.0.1', port }, token: undefined };
    const second = await startShipper(dockerd.socketPath, ['stdout:'], { httpApi: { ...taken, isOptional: true } });
    open.push(() => second.stop());
    await eventually('the second', () => expect(second.agent.readiness()).toEqual([]));
    await expect(
      startShipper(dockerd.socketPath, ['stdout:'], { httpApi: { ...taken, isOptional: false } }),
    ).rejects.toThrow(/something listens there already; give another -http-addr/);
  });
});

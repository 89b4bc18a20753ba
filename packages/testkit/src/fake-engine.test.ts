import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { dirname } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Dockerd, startDockerd } from './dockerd.ts';
import { requestEngine } from './engine-http.ts';
import { eventually } from './eventually.ts';
import { type FakeEngine, startFakeEngine } from './fake-engine.ts';
import { importSampleImage, SAMPLE_IMAGE } from './sample-image.ts';

async function getJson<T = Inspected>(socketPath: string, path: string): Promise<T> {
  return JSON.parse((await requestEngine(socketPath, 'GET', path)).body) as T;
}

/** What the tests read of an inspected container. */
interface Inspected {
  readonly Id: string;
  readonly Name: string;
  readonly State: object;
  readonly HostConfig: { readonly PortBindings: object };
  readonly NetworkSettings: {
    readonly IPAddress?: string;
    readonly Ports: object;
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
  };
}

type Listed = readonly { readonly Id: string; readonly Names: readonly string[] }[];

/** Waits for the end of an answer, also where it is cut. */
function closed(response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', () => resolve());
  });
}

/** The events that a subscription brings, line by line, as they were written. */
async function follow(
  socketPath: string,
  path: string,
): Promise<{ readonly response: IncomingMessage; readonly lines: string[] }> {
  const call = get({ socketPath, path, agent: false });
  const [response] = (await once(call, 'response')) as [IncomingMessage];
  const lines: string[] = [];
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  return { response, lines };
}

/** The paths of all members of a JSON value, and what kind of value each holds. */
function shapeOf(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [`${path}: ${value === null ? 'null' : typeof value}`];
  if (Array.isArray(value)) return [...new Set(value.flatMap((element) => shapeOf(element, `${path}[]`)))];
  return Object.entries(value)
    .flatMap(([key, member]) => shapeOf(member, `${path}.${key}`))
    .sort();
}

describe('beside a real dockerd', () => {
  const labels = { team: 'shop' };
  let real: Dockerd;
  let fake: FakeEngine;

  beforeAll(async () => {
    real = await startDockerd();
    await importSampleImage(real.socketPath);
    await real.docker('network', 'create', 'front');
    fake = await startFakeEngine({ apiVersion: '1.41' });
  });
  afterAll(async () => {
    await fake.close();
    await real.stop();
  });

  it.each([
    ['the default bridge', 'bridge', '8080:80'],
    ['a network of the user', 'front', '8081:80'],
    ['the host', 'host', ''],
  ])('a container on %s has the same fields', async (_, network, port) => {
    const name = `web-${network}`;
    const publish = port === '' ? [] : ['-p', port];
    const options = ['--name', name, '--network', network, ...publish, '-e', 'A=1', '--label', 'team=shop'];
    await real.docker('run', '-d', ...options, SAMPLE_IMAGE, 'sleep', '1000000');
    fake.run({ name, network, ports: port === '' ? [] : [port], env: ['A=1', 'PATH=/bin'], labels });
    for (const path of [`/v1.41/containers/${name}/json`, '/v1.41/containers/json?all=true']) {
      const [theirs, ours] = await Promise.all([getJson(real.socketPath, path), getJson(fake.socketPath, path)]);
      expect(shapeOf(ours)).toEqual(shapeOf(theirs));
    }
    const path = `/v1.41/containers/${name}/json`;
    const [theirs, ours] = await Promise.all([getJson(real.socketPath, path), getJson(fake.socketPath, path)]);
    expect(ours.NetworkSettings.Ports).toEqual(theirs.NetworkSettings.Ports);
    expect(ours.HostConfig.PortBindings).toEqual(theirs.HostConfig.PortBindings);
  });

  it('events and their headers look the same', async () => {
    const path = `/v1.41/events?filters=${encodeURIComponent('{"type":["container"]}')}`;
    const streams = await Promise.all([follow(real.socketPath, path), follow(fake.socketPath, path)]);
    await real.docker('run', '--name', 'brief', '--label', 'team=shop', SAMPLE_IMAGE, 'true');
    await real.docker('rename', 'brief', 'renamed');
    await real.docker('rm', 'renamed');
    fake.run({ name: 'brief', labels });
    fake.die('brief');
    fake.rename('brief', 'renamed');
    fake.destroy('renamed');
    const seen = await eventually('all events', () => {
      const both = streams.map(({ lines }) =>
        lines.map((line) => JSON.parse(line)).filter(({ Action }) => Action !== 'attach'),
      );
      for (const events of both) expect(events.at(-1)?.Action).toBe('destroy');
      return both;
    });
    const [theirs, ours] = seen.map((events) => events.map((event) => [event.Action, ...shapeOf(event)]));
    expect(ours).toEqual(theirs);
    const [headers, ourHeaders] = streams.map(({ response }) => Object.keys(response.headers).sort());
    expect(ourHeaders).toEqual(headers);
    for (const { response } of streams) response.destroy();
  });

  it.each(['/v1.41/containers/nobody/json', '/v1.99/containers/json', '/v1.41/nothing', '/_ping'])(
    'answers %s with the same status and body',
    async (path) => {
      const answers = [real, fake].map(({ socketPath }) => requestEngine(socketPath, 'GET', path));
      const [theirs, ours] = await Promise.all(answers);
      expect(ours).toEqual(theirs);
    },
  );
});

describe('startFakeEngine', () => {
  let fake: FakeEngine;

  beforeEach(async () => {
    fake = await startFakeEngine({ apiVersion: '1.52' });
  });
  afterEach(() => fake.close());

  it('leaves out what API 1.52 left out, and says it to those who ask for an older one', async () => {
    fake.run({ name: 'web', ports: ['80'] });
    const { lines, response } = await follow(fake.socketPath, '/v1.52/events?since=0');
    const older = await follow(fake.socketPath, '/v1.44/events?since=0');
    await eventually('the events', () => expect(lines.length + older.lines.length).toBe(4));
    expect(Object.keys(JSON.parse(lines[1] ?? ''))).toEqual(['Type', 'Action', 'Actor', 'scope', 'time', 'timeNano']);
    expect(JSON.parse(older.lines[1] ?? '')).toMatchObject({ status: 'start', from: 'wharf-sample:1' });
    expect(response.headers['content-type']).toBe('application/x-ndjson');
    const { NetworkSettings } = await getJson(fake.socketPath, '/v1.52/containers/web/json');
    expect(NetworkSettings).not.toHaveProperty('IPAddress');
    expect(NetworkSettings.Networks['bridge']?.IPAddress).toBe('172.18.0.2');
    const before = await getJson(fake.socketPath, '/v1.44/containers/web/json');
    expect(before.NetworkSettings.IPAddress).toBe('172.18.0.2');
  });

  it('writes times with all their digits, each later than the one before', async () => {
    for (const name of ['a', 'b', 'c']) fake.run({ name });
    const { lines } = await follow(fake.socketPath, '/events?since=0');
    await eventually('the events', () => expect(lines).toHaveLength(6));
    const times = lines.map((line) => /"timeNano":(\d{19})\}$/.exec(line)?.[1] ?? '');
    expect(new Set(times).size).toBe(6);
    expect(times).toEqual(times.toSorted());
    expect(times.some((time) => Number(time) % 1_000 !== 0)).toBe(true);
  });

  it('replays from `since` on, inclusively, the newest 256', async () => {
    for (let index = 0; index < 200; index++) fake.run({ name: `web-${index}` });
    const all = await follow(fake.socketPath, '/events?since=0');
    await eventually('256 events', () => expect(all.lines).toHaveLength(256));
    const digits = /"timeNano":(\d+)\}$/.exec(all.lines[250] ?? '')?.[1] ?? '';
    const since = `${digits.slice(0, -9)}.${digits.slice(-9)}`;
    const { lines } = await follow(fake.socketPath, `/events?since=${since}`);
    await eventually('the last six', () => expect(lines).toEqual(all.lines.slice(250)));
  });

  it('filters by type, action and container', async () => {
    const path = (filters: unknown): string => `/events?since=0&filters=${encodeURIComponent(JSON.stringify(filters))}`;
    fake.run({ name: 'a', health: 'starting' });
    fake.run({ name: 'b' });
    fake.healthStatus('a', 'healthy');
    const streams = await Promise.all(
      [{ type: ['network'] }, { event: ['start'] }, { container: ['b'] }, { event: ['health_status'] }].map((filters) =>
        follow(fake.socketPath, path(filters)),
      ),
    );
    const actions = () => streams.map(({ lines }) => lines.map((line) => JSON.parse(line).Action));
    await eventually('what was asked for', () =>
      expect(actions()).toEqual([[], ['start', 'start'], ['create', 'start'], ['health_status: healthy']]),
    );
    expect((await requestEngine(fake.socketPath, 'GET', path({ mood: ['good'] }))).status).toBe(400);
  });

  it('changes the state of a container with each event', async () => {
    const state = async (): Promise<object> => (await getJson(fake.socketPath, '/containers/web/json')).State;
    fake.run({ name: 'web', health: 'starting' });
    expect(await state()).toMatchObject({ Status: 'running', Running: true, Health: { Status: 'starting' } });
    fake.healthStatus('web', 'unhealthy');
    expect(await state()).toMatchObject({ Health: { Status: 'unhealthy' } });
    fake.pause('web');
    expect(await state()).toMatchObject({ Status: 'paused', Running: true, Paused: true });
    fake.unpause('web');
    fake.kill('web');
    expect(await state()).toMatchObject({ Status: 'running', Paused: false });
    fake.die('web', 143);
    expect(await state()).toMatchObject({ Status: 'exited', Running: false, Pid: 0, ExitCode: 143 });
    expect((await getJson(fake.socketPath, '/containers/web/json')).NetworkSettings.Ports).toEqual({});
    fake.start('web');
    expect(await state()).toMatchObject({ Running: true, ExitCode: 0 });
    fake.destroy('web');
    expect((await requestEngine(fake.socketPath, 'GET', '/containers/web/json')).status).toBe(404);
    expect(() => fake.start('web')).toThrow('there is no container web');
  });

  it('lists thousands that have been there for long, and counts the requests', async () => {
    const names = fake.add(3_000);
    const listed = await getJson<Listed>(fake.socketPath, '/v1.52/containers/json?all=true');
    expect(listed.map(({ Names }) => Names[0])).toEqual(names.toReversed().map((name) => `/${name}`));
    const first = await getJson(fake.socketPath, `/v1.52/containers/${listed[0]?.Id}/json`);
    expect(first.Name).toBe(`/${names.at(-1)}`);
    expect(new Set(listed.map(({ Id }) => Id)).size).toBe(3_000);
    const { lines } = await follow(fake.socketPath, '/events?since=0');
    fake.die(names[0] ?? '');
    await eventually('the only event', () => expect(lines.map((line) => JSON.parse(line).Action)).toEqual(['die']));
    expect(await getJson<Listed>(fake.socketPath, '/containers/json')).toHaveLength(2_999);
    expect(fake.requests).toEqual({ version: 0, ping: 0, list: 2, inspect: 1, events: 1, logs: 0, other: 0 });
  });

  it('answers for the logs of its containers as it is told', async () => {
    const speaking = await startFakeEngine({
      log: ({ name }, query, response) => response.end(`${name} says ${query.get('tail')}`),
    });
    speaking.add({ name: 'web' });
    const logs = (name: string) => requestEngine(speaking.socketPath, 'GET', `/v1.41/containers/${name}/logs?tail=7`);
    expect(await logs('web')).toEqual({ status: 200, body: 'web says 7' });
    expect((await logs('other')).status).toBe(404);
    expect(speaking.requests.logs).toBe(2);
    await speaking.close();
  });

  it('cuts its streams in the middle of the answer, and takes new ones', async () => {
    const { response } = await follow(fake.socketPath, '/events');
    const end = closed(response);
    fake.cutEvents();
    await end;
    expect(response.complete).toBe(false);
    const { lines } = await follow(fake.socketPath, '/events');
    fake.run({ name: 'web' });
    await eventually('the events', () => expect(lines).toHaveLength(2));
  });

  it('ends its connections and removes its socket', async () => {
    const other = await startFakeEngine();
    const { response } = await follow(other.socketPath, '/events');
    const end = closed(response);
    await other.close();
    await end;
    expect(existsSync(dirname(other.socketPath))).toBe(false);
  });
});

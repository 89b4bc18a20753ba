import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Container } from './container.ts';
import { toContainer } from './to-container.ts';

const ID = 'ab'.repeat(32);

/** What Docker 20.10 (API 1.41) shows of a running container, reduced to what is read. */
const inspected = {
  Id: ID,
  Name: '/web',
  Image: 'sha256:00',
  Config: {
    Image: 'nginx:1.27',
    Hostname: 'ababababab',
    Tty: false,
    Env: ['PATH=/bin', 'EMPTY=', 'URL=http://a/?b=c', 'UNSET', '=nameless', 'PATH=/usr/bin'],
    Labels: { SERVICE_NAME: 'web', number: 1 },
    ExposedPorts: { '443/tcp': {}, '80/tcp': {}, '80/udp': {} },
  },
  HostConfig: { NetworkMode: 'default', LogConfig: { Type: 'json-file' } },
  NetworkSettings: {
    IPAddress: '172.17.0.2',
    Ports: {
      '80/tcp': [
        { HostIp: '0.0.0.0', HostPort: '8080' },
        { HostIp: '::', HostPort: '8080' },
      ],
      '443/tcp': null,
      '9000/tcp': [{ HostIp: '', HostPort: '9000' }],
    },
    Networks: { bridge: { IPAddress: '172.17.0.2', GlobalIPv6Address: 'fd00::2' }, back: { IPAddress: '10.1.0.7' } },
  },
  State: {
    Running: true,
    Pid: 4711,
    ExitCode: 0,
    StartedAt: '2026-11-22T06:21:50.840980311Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Health: { Status: 'healthy' },
  },
};

function converted(value: unknown): Container {
  const result = toContainer(value);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

describe('toContainer', () => {
  it.each([
    [undefined, 15],
    ['SIGQUIT', 3],
    ['RTMIN+3', 37],
    ['nonsense', 15],
  ])('knows that a StopSignal of %s is %i', (StopSignal, stopSignal) => {
    expect(converted({ Id: ID, Config: { StopSignal } }).stopSignal).toBe(stopSignal);
  });

  it("keeps the engine's own words where they are asked for, and only there", () => {
    const said = { Id: ID, Created: '2026-01-01T00:00:00Z' };
    expect(toContainer(said, true)).toMatchObject({ ok: true, value: { inspected: said } });
    expect(converted(said)).not.toHaveProperty('inspected');
  });

  it('reads what Docker shows', () => {
    expect(converted(inspected)).toEqual({
      id: ID,
      name: 'web',
      image: 'nginx:1.27',
      hostname: 'ababababab',
      environment: new Map([
        ['PATH', '/usr/bin'],
        ['EMPTY', ''],
        ['URL', 'http://a/?b=c'],
      ]),
      labels: new Map([['SERVICE_NAME', 'web']]),
      tty: false,
      networkMode: 'bridge',
      networks: [
        { name: 'back', ipv4: '10.1.0.7' },
        { name: 'bridge', ipv4: '172.17.0.2', ipv6: 'fd00::2' },
      ],
      ports: [
        {
          port: 80,
          protocol: 'tcp',
          exposed: true,
          bindings: [
            { hostIp: '0.0.0.0', hostPort: 8080 },
            { hostIp: '::', hostPort: 8080 },
          ],
        },
        { port: 80, protocol: 'udp', exposed: true, bindings: [] },
        { port: 443, protocol: 'tcp', exposed: true, bindings: [] },
        { port: 9000, protocol: 'tcp', exposed: false, bindings: [{ hostIp: '', hostPort: 9000 }] },
      ],
      logDriver: 'json-file',
      stopSignal: 15,
      state: {
        running: true,
        paused: false,
        restarting: false,
        pid: 4711,
        exitCode: 0,
        startedAt: '2026-11-22T06:21:50.840980311Z',
        finishedAt: '',
        health: 'healthy',
      },
    });
  });

  it('takes addresses from the networks where API 1.52 shows none beside them', () => {
    const networkSettings = { Networks: { bridge: { IPAddress: '172.17.0.9' } } };
    const container = converted({ ...inspected, NetworkSettings: networkSettings });
    expect(container.networks).toEqual([{ name: 'bridge', ipv4: '172.17.0.9' }]);
    expect(container.ports.map(({ port, exposed }) => ({ port, exposed }))).toEqual([
      { port: 80, exposed: true },
      { port: 80, exposed: true },
      { port: 443, exposed: true },
    ]);
  });

  it('takes the address of the oldest engines, which know no networks', () => {
    const container = converted({ ...inspected, NetworkSettings: { IPAddress: '172.17.0.2' } });
    expect(container.networks).toEqual([{ name: 'bridge', ipv4: '172.17.0.2' }]);
  });

  it('has no addresses where the network is that of another container', () => {
    const hostConfig = { NetworkMode: `container:${ID}` };
    const settings = { IPAddress: '', Networks: {}, Ports: {} };
    const container = converted({ ...inspected, HostConfig: hostConfig, NetworkSettings: settings });
    expect(container).toMatchObject({ networkMode: `container:${ID}`, networks: [] });
  });

  it('lists a network without an address, as one has that does not run', () => {
    const settings = { Networks: { bridge: { IPAddress: '', GlobalIPv6Address: '' } } };
    expect(converted({ ...inspected, NetworkSettings: settings }).networks).toEqual([{ name: 'bridge' }]);
  });

  it('reads what Podman shows of a container in the network of the host', () => {
    const podman = {
      Id: ID,
      Name: 'web',
      ImageName: 'docker.io/library/nginx:1.27',
      Image: '5b67',
      Config: { Env: null, Labels: null, Hostname: 'host' },
      HostConfig: { NetworkMode: 'host', LogConfig: { Type: 'k8s-file' } },
      NetworkSettings: { Networks: {}, Ports: {} },
      State: { Running: true, Healthcheck: { Status: '' } },
    };
    expect(converted(podman)).toMatchObject({
      name: 'web',
      image: 'docker.io/library/nginx:1.27',
      networkMode: 'host',
      networks: [],
      ports: [],
      environment: new Map(),
      labels: new Map(),
      state: { running: true, health: 'none' },
    });
  });

  it.each([
    ['a port above 65535', { '65536/tcp': {} }, {}],
    ['port 0', { '0/tcp': {} }, {}],
    ['a range', { '8000-8010/tcp': {} }, {}],
    ['an unknown protocol', { '80/quic': {} }, {}],
    ['a name', { __proto__: {}, 'constructor/tcp': {} }, {}],
  ])('leaves out %s', (_what, exposedPorts, ports) => {
    const settings = { Ports: ports };
    const config = { ExposedPorts: exposedPorts };
    expect(converted({ Id: ID, Config: config, NetworkSettings: settings }).ports).toEqual([]);
  });

  it.each([
    ['no address', { HostIp: 'evil.example', HostPort: '80' }],
    ['no port', { HostIp: '0.0.0.0', HostPort: '' }],
    ['a port that is a number', { HostIp: '0.0.0.0', HostPort: 80 }],
    ['nothing', null],
  ])('leaves out a binding with %s and keeps the next one', (_what, binding) => {
    const settings = { Ports: { '80/tcp': [binding, { HostIp: '127.0.0.1', HostPort: '81' }] } };
    expect(converted({ Id: ID, NetworkSettings: settings }).ports[0]?.bindings).toEqual([
      { hostIp: '127.0.0.1', hostPort: 81 },
    ]);
  });

  it('keeps names that mean something in JavaScript apart from it', () => {
    const config: unknown = JSON.parse('{"Labels":{"__proto__":"a","constructor":"b"},"Env":["__proto__=c"]}');
    const container = converted({ Id: ID, Config: config });
    expect([...container.labels]).toEqual([
      ['__proto__', 'a'],
      ['constructor', 'b'],
    ]);
    expect(container.environment.get('__proto__')).toBe('c');
  });

  it.each([[undefined], [null], ['text'], [[]], [{}], [{ Id: 7 }], [{ Id: '../etc' }], [{ Id: 'AB'.repeat(32) }]])(
    'refuses %j',
    (value) => {
      expect(toContainer(value)).toMatchObject({ ok: false, error: expect.stringMatching(/^the engine described/) });
    },
  );

  it('turns whatever has an ID into a container', () => {
    const anything = fc.record(
      {
        Name: fc.jsonValue(),
        Config: fc.oneof(fc.jsonValue(), fc.record({ Env: fc.jsonValue(), ExposedPorts: fc.jsonValue() })),
        NetworkSettings: fc.oneof(fc.jsonValue(), fc.record({ Ports: fc.jsonValue(), Networks: fc.jsonValue() })),
        HostConfig: fc.jsonValue(),
        State: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(anything, (value) => {
        const container = converted({ ...value, Id: ID });
        expect(typeof container.name).toBe('string');
        expect(Array.isArray(container.ports)).toBe(true);
      }),
    );
  });
});

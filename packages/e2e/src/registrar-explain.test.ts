import { createServer } from 'node:net';
import { type Dockerd, type EtcdServer, eventually, importSampleImage, startDockerd, startEtcd } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOMAIN, HOST_IP } from './cluster.ts';
import { launchRegistrar } from './registrar-run.ts';
import { type Ended, runToEnd } from './run-to-end.ts';
import { readRecords } from './stored-keys.ts';

const cleanup = new AsyncDisposableStack();
let dockerd: Dockerd;
let etcd: EtcdServer;
let dockerHost: string;
/** By name. */
const ids = new Map<string, string>();

const NAMES = ['web', 'copy', 'sharer', 'created', 'ended', 'bare'];

beforeAll(async () => {
  [dockerd, etcd] = await Promise.all([startDockerd(), startEtcd()]);
  cleanup.defer(() => dockerd.stop());
  cleanup.defer(() => etcd.stop());
  dockerHost = `unix://${dockerd.socketPath}`;
  const image = await importSampleImage(dockerd.socketPath);
  const start = async (verb: string, name: string, options: readonly string[], command = ['sleep', '100000']) => {
    const run = verb === 'run' ? ['run', '--detach'] : [verb];
    const own = ['--name', name, '--stop-signal', 'KILL'];
    // Docker refuses --expose in another container's network: its image has to name the port.
    const from = name === 'sharer' ? 'wharf-sample:exposing' : image;
    ids.set(name, await dockerd.docker(...run, ...own, ...options, from, ...command));
  };
  const labels = {
    SERVICE_80_NAME: 'shop',
    SERVICE_80_ID: 'only-one',
    SERVICE_80_TAGS: 'eu,blue',
    SERVICE_80_REGION: 'us',
    SERVICE_81_IGNORE: 'yes',
    SERVICE_82_NAME: 'two\nlines',
    ['SERVICE_80_\u001b[31m']: 'red',
  };
  const labelled = Object.entries(labels).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  const published = ['80', '81', '82', '83'].flatMap((port) => ['--publish', port]);
  await start('run', 'web', [...published, '--publish', '84/udp', '--expose', '443', ...labelled]);
  await start('run', 'copy', [
    '--publish',
    '80',
    '--label',
    'SERVICE_80_NAME=shop',
    '--label',
    'SERVICE_80_ID=only-one',
  ]);
  await start('create', 'created', ['--publish', '80']);
  await start('run', 'bare', []);
  await dockerd.docker('commit', '--change', 'EXPOSE 5050', 'bare', 'wharf-sample:exposing');
  await start('run', 'sharer', ['--network', 'container:web']);
  await start('run', 'ended', ['--publish', '80'], ['false']);
  await dockerd.docker('wait', 'ended');
});

afterAll(() => cleanup.disposeAsync());

/** The unit's arguments, as they would follow `registrar`. */
const unitArguments = (): readonly string[] => {
  const lease = ['-ttl-refresh', '30', '-ttl', '40'];
  return ['-host', 'node-1', '-ip', HOST_IP, ...lease, `skydns2://${etcd.endpoint}/${DOMAIN}`];
};

const explain = (wanted: string, args: readonly string[] = unitArguments()): Promise<Ended> =>
  runToEnd('registrar', ['explain', wanted, ...args], { DOCKER_HOST: dockerHost });

/** The entries that an explanation says are registered. */
function entriesOf(stdout: string): Record<string, string> {
  const found = stdout.matchAll(/^ {2}key +(.+)\n {2}value +(.+)\n(?! {2}but )/gm);
  return Object.fromEntries(Array.from(found, ([, key = '', value = '']) => [key, value]));
}

/** The records that etcd holds, with their values. */
async function recordsOf(): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await readRecords(etcd)).map(([key, { value }]) => [key, value]));
}

describe('registrar explain', () => {
  it('says of every container what a registrar with the same arguments then writes, and no more', async () => {
    const explained = await Promise.all(NAMES.map((name) => explain(name)));
    expect(explained.map(({ exitCode, stderr }) => ({ exitCode, stderr }))).toEqual(
      NAMES.map(() => ({ exitCode: 0, stderr: '' })),
    );
    const expected = Object.assign({}, ...explained.map(({ stdout }) => entriesOf(stdout)));
    expect(Object.keys(expected)).toHaveLength(4);

    const registrar = await launchRegistrar(cleanup, { store: etcd.endpoint, dockerHost });
    await registrar.ready();
    await eventually('all records', async () => expect(await recordsOf()).toEqual(expected));
    await registrar.stop();
  });

  it('shows service, key and value, and for each port left out why', async () => {
    const { stdout } = await explain('web');
    const [hostPort = ''] = /(?<=:)\d+$/.exec(await dockerd.docker('port', 'web', '80/tcp')) ?? [];
    expect(stdout).toContain(
      `container   web\nID          ${ids.get('web')?.slice(0, 12)}\nimage       wharf-sample:1\n`,
    );
    expect(stdout).toMatch(/^state {7}running since 20/m);
    expect(stdout).toContain(
      [
        'service     shop',
        '  ID          only-one',
        `  address     ${HOST_IP}:${hostPort}, for port 80/tcp of the container`,
        '  tags        eu, blue',
        '  attributes  \\u001b[31m, region',
        '  key         /skydns/local/example/staging/shop/only-one',
        `  value       {"host":"${HOST_IP}","port":${hostPort},`,
      ].join('\n'),
    );
    expect(stdout).toContain('  ID          node-1:web:84:udp\n');
    expect(stdout).toContain('\nleft out:\n');
    expect(stdout).toMatch(/^ {2}81\/tcp +is ignored: label SERVICE_81_IGNORE is set$/m);
    expect(stdout).toMatch(
      /^ {2}82\/tcp +has bad metadata: label SERVICE_82_NAME holds the control character U\+000A$/m,
    );
    expect(stdout).toMatch(/^ {2}443\/tcp +is not published on the host/m);
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
  });

  it('says who has the key that another container asks for too', async () => {
    expect((await explain('copy')).stdout).toContain('  but         container web asks for this key too, and has it\n');
  });

  it("finds the address of another container's network", async () => {
    const address = await dockerd.docker('inspect', '-f', '{{.NetworkSettings.Networks.bridge.IPAddress}}', 'web');
    expect((await explain('sharer')).stdout).toContain(`  address     ${address}:5050, for port 5050/tcp`);
  });

  it.each([
    { name: 'created', state: 'never started' },
    { name: 'ended', state: 'ended with exit code 1' },
  ])('says of a container that was $name what is known', async ({ name, state }) => {
    const { exitCode, stdout } = await explain(name);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`\nstate       ${state}\n`);
    expect(stdout).toContain('\nservices    none: it is not running, so nothing is registered\n');
  });

  it('says that a container without ports has none', async () => {
    expect((await explain('bare')).stdout).toContain('\nservices    none: it has no ports');
  });

  it('takes the first digits of an ID, and options anywhere', async () => {
    const digits = ids.get('web')?.slice(0, 12) ?? '';
    const { stdout } = await runToEnd(
      'registrar',
      ['-internal', 'explain', '-host=node-1', digits, `memory:///${DOMAIN}`, '-docker-host', dockerHost],
      {},
    );
    expect(stdout).toContain(`ID          ${digits}\n`);
    expect(stdout).toContain(', for port 443/tcp of the container\n');
  });

  it('says which containers come near when there is none of the name, and ends with 1', async () => {
    expect(await explain('wbe')).toEqual({
      exitCode: 1,
      stdout: '',
      stderr: 'registrar explain: there is no container "wbe": did you mean web?\n',
    });
  });

  it('says so when the engine is away, and ends with 1', async () => {
    const { exitCode, stdout, stderr } = await explain('web', ['-docker-host', 'unix:///nowhere.sock', 'memory:///x']);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(/^registrar explain: .*\/nowhere\.sock.*\n$/);
  });

  it('asks nothing of the registry', async () => {
    let connections = 0;
    const registry = createServer((socket) => {
      connections++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
    const address = registry.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { exitCode, stdout } = await explain('web', ['-ip', HOST_IP, `skydns2://127.0.0.1:${port}/${DOMAIN}`]);
    await new Promise((resolve) => registry.close(resolve));
    expect({ exitCode, connections }).toEqual({ exitCode: 0, connections: 0 });
    expect(stdout).toContain('/skydns/local/example/staging/');
  });
});

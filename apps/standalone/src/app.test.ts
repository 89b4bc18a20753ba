import { parseCommandLine, Registry, silentLogger, systemClock } from '@wharf/agent';
import { createDockerEngine } from '@wharf/docker-watcher';
import {
  type Dockerd,
  eventually,
  freePort,
  importSampleImage,
  queryDns,
  type SyslogReceiver,
  startDockerd,
  startSyslogReceiver,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createStandalone } from './app.ts';
import { command } from './command.ts';
import { configure } from './configure.ts';

const DOMAIN = 'example.local';

/** The three agents with what they need, on the command line's word. */
function setUp(dockerHost: string, ...argv: string[]) {
  const line = parseCommandLine(command, ['-domain', DOMAIN, `-docker-host=${dockerHost}`, ...argv], {});
  const config = line.ok ? configure(line.value, { hostname: 'node-1', env: {} }) : line;
  if (!config.ok) throw new Error(JSON.stringify(config.error));
  const clock = systemClock;
  const engine = createDockerEngine({ dockerHost, env: {}, clock });
  const registry = new Registry();
  const context = { log: silentLogger, clock, random: Math.random, registry, hostname: 'node-1', env: {} };
  return { engine, registry, agents: createStandalone(config.value, { ...context, engine }) };
}

describe('createStandalone on a real engine', () => {
  const cleanup = new AsyncDisposableStack();
  let dockerd: Dockerd;
  let receiver: SyslogReceiver;
  let image: string;
  let dnsPort: number;
  let standalone: ReturnType<typeof setUp>;

  beforeAll(async () => {
    [dockerd, receiver, dnsPort] = await Promise.all([startDockerd(), startSyslogReceiver(), freePort()]);
    cleanup.defer(() => dockerd.stop());
    cleanup.defer(() => receiver.close());
    image = await importSampleImage(dockerd.socketPath);
    const route = `syslog+tcp://127.0.0.1:${receiver.port}`;
    standalone = setUp(`unix://${dockerd.socketPath}`, `-dns-addr=127.0.0.1:${dnsPort}`, route);
    cleanup.defer(() => standalone.engine.close());
    await standalone.agents.start();
  });

  afterAll(() => cleanup.disposeAsync());

  const ask = (type: string) => queryDns({ port: dnsPort, name: `web.${DOMAIN}`, type, transport: 'udp' });

  it('gets ready', async () => {
    await eventually('all three to be ready', () => expect(standalone.agents.readiness()).toEqual([]));
  });

  it('a container that starts is found by DNS, and its output arrives at the syslog receiver', async () => {
    const settings = ['--name', 'web-1', '-e', 'SERVICE_NAME=web', '-p', '80'];
    await dockerd.docker('run', '-d', ...settings, image, 'sh', '-c', 'echo "$HOSTNAME is open"; exec sleep 3600');
    const port = (await dockerd.docker('port', 'web-1', '80')).split('\n')[0]?.split(':').at(-1);
    await eventually('SRV', async () => {
      const { texts, additionals } = await ask('SRV');
      expect(texts).toEqual([expect.stringContaining(` ${port} `)]);
      expect(additionals).toEqual([expect.stringMatching(/\sA\s127\.0\.0\.1$/)]);
    });
    await eventually('the line', () => {
      expect(receiver.messages.map(({ text }) => text.trimEnd())).toEqual([
        expect.stringMatching(/ web-1 .* is open$/),
      ]);
    });
  });

  it('pages and metrics of all three are together', async () => {
    const { agents, registry } = standalone;
    const pages = Object.keys(agents.debug);
    expect(pages).toEqual(expect.arrayContaining(['registrar-services', 'log-routes']));
    expect(pages.some((page) => page.startsWith('dns-'))).toBe(true);
    expect(JSON.stringify(agents.debug['registrar-services']?.())).toContain('node-1:web-1:80');
    const metrics = await registry.metrics();
    for (const prefix of ['registrar', 'dns', 'shipper']) expect(metrics).toContain(`\n# TYPE wharf_${prefix}_`);
  });

  it('a container that is killed is gone from DNS', async () => {
    await dockerd.docker('kill', 'web-1');
    await eventually('NXDOMAIN', async () => expect((await ask('A')).rcode).toBe('NXDOMAIN'));
  });

  it('cannot start where another one answers, and says so', async () => {
    const second = setUp(`unix://${dockerd.socketPath}`, `-dns-addr=127.0.0.1:${dnsPort}`);
    await expect(second.agents.start()).rejects.toMatchObject({
      code: 'address-in-use',
      message: `DNS cannot be served on 127.0.0.1:${dnsPort}; choose another address with -dns-addr`,
    });
    await second.agents.stop();
    second.engine.close();
  });

  it('stops in good order, and gives its port back', async () => {
    await standalone.agents.stop();
    const next = setUp(`unix://${dockerd.socketPath}`, `-dns-addr=127.0.0.1:${dnsPort}`);
    await next.agents.start();
    await eventually('it knows its records', async () => expect((await ask('A')).rcode).toBe('NXDOMAIN'));
    await next.agents.stop();
    await expect(ask('A')).rejects.toThrow('ECONNREFUSED');
    next.engine.close();
  });
});

import { eventually, queryDns } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOMAIN, HOST_IP, type Host, startHost, startRegistrar } from './cluster.ts';

describe('three agents on one host, over real etcd, Docker and rsyslog', () => {
  const cleanup = new AsyncDisposableStack();
  let host: Host;

  beforeAll(async () => {
    host = await startHost(cleanup);
  });

  afterAll(() => cleanup.disposeAsync());

  const ask = (name: string, type: string, transport: 'udp' | 'tcp' = 'udp') =>
    queryDns({ port: host.dnsPort, name: `${name}.${DOMAIN}`, type, transport });

  const publishedPort = async (id: string, port: string): Promise<string> => {
    const published = await host.dockerd.docker('port', id, port);
    return published.split('\n')[0]?.split(':').at(-1) ?? '';
  };

  /** SRV answers as `port target`, in order. */
  const srv = async (name: string): Promise<readonly string[]> => {
    const reply = await ask(name, 'SRV');
    return reply.texts.map((text) => text.split(/\s+/).slice(-2).join(' ')).toSorted();
  };

  const run = (...args: string[]): Promise<string> => host.dockerd.docker('run', '-d', ...args);

  const shippedFrom = (name: string): readonly string[] =>
    host.rsyslog.messages().flatMap(({ appName, msg }) => (appName === name ? [msg] : []));

  it('a container that starts is answered by DNS, and what it prints arrives at rsyslog', async () => {
    const script = 'echo "$HOSTNAME is open"; exec sleep 3600';
    const id = await run('--name', 'greeter', '-e', 'SERVICE_NAME=greeter', '-p', '80', host.image, 'sh', '-c', script);
    const port = await publishedPort(id, '80');

    await eventually('SRV of the container', async () => {
      const reply = await ask('greeter', 'SRV');
      expect(reply.rcode).toBe('NOERROR');
      expect(reply.texts).toHaveLength(1);
      expect(reply.texts[0]).toContain(` ${port} `);
      expect(reply.additionals.join()).toContain(HOST_IP);
    });
    const overTcp = await ask('greeter', 'A', 'tcp');
    expect(overTcp.texts).toEqual([expect.stringMatching(new RegExp(`\\sA\\s${HOST_IP}$`))]);
    await eventually('the line at rsyslog', () => {
      expect(shippedFrom('greeter')).toEqual([`${id.slice(0, 12)} is open`]);
    });
  });

  it('a container that stops is gone from DNS and from etcd', async () => {
    await host.dockerd.docker('kill', 'greeter');
    await eventually('NXDOMAIN', async () => {
      expect((await ask('greeter', 'A')).rcode).toBe('NXDOMAIN');
    });
    expect(await host.etcd.etcdctl('get', '--prefix', '--keys-only', '/skydns/')).toBe('');
  });

  it('both replicas of a service are answered, and go one at a time', async () => {
    const replica = (name: string) =>
      run('--name', name, '-l', 'SERVICE_NAME=web', '-p', '80', host.image, 'sleep', '3600');
    const ports = await Promise.all(['web-1', 'web-2'].map(async (name) => publishedPort(await replica(name), '80')));
    await eventually('both replicas', async () => {
      const seen = (await srv('web')).map((text) => text.split(' ')[0]);
      expect(seen).toEqual(ports.toSorted());
    });
    await host.dockerd.docker('kill', 'web-1');
    await eventually('one replica', async () => {
      const seen = (await srv('web')).map((text) => text.split(' ')[0]);
      expect(seen).toEqual([ports[1]]);
    });
  });

  it('DNS goes on answering while etcd is away, and what happened meanwhile is in it afterwards', async () => {
    await host.etcd.kill();
    expect((await srv('web')).length).toBe(1);
    const id = await run('--name', 'late', '-l', 'SERVICE_NAME=late', '-p', '80', host.image, 'sleep', '3600');
    await host.dockerd.docker('kill', 'web-2');
    expect((await srv('web')).length).toBe(1);

    await host.etcd.restart();
    const port = await publishedPort(id, '80');
    await eventually(
      'the container that started meanwhile',
      async () => {
        expect((await srv('late'))[0]).toContain(port);
      },
      { timeoutMs: 25_000 },
    );
    await eventually('the container that died meanwhile', async () => {
      expect((await ask('web', 'SRV')).rcode).toBe('NXDOMAIN');
    });
    await Promise.all([host.registrar.ready(), host.dnsServer.ready()]);
  });

  it('lines go on arriving after rsyslog was restarted', async () => {
    await host.rsyslog.restart();
    await run('--name', 'speaker', host.image, 'sh', '-c', 'echo once more; sleep 3600');
    await eventually('the line at rsyslog', () => {
      expect(shippedFrom('speaker')).toEqual(['once more']);
    });
  });

  it('records written by hand with etcdctl are answered', async () => {
    await host.etcd.etcdctl('put', '/skydns/local/example/staging/by-hand', '{"host":"10.0.0.1","port":80}');
    await eventually('the answer', async () => {
      expect((await ask('by-hand', 'A')).texts).toEqual([expect.stringMatching(/\sA\s10\.0\.0\.1$/)]);
    });
    expect((await ask('by-hand', 'SRV')).texts[0]).toMatch(/\s80 by-hand\.staging\.example\.local\.$/);
  });

  it("the host's own address is local.dns of the zone", async () => {
    expect((await ask('local.dns', 'A')).texts).toEqual([expect.stringMatching(/\sA\s127\.0\.0\.1$/)]);
  });

  it('every agent has metrics, and ends with 0 on SIGTERM', async () => {
    const agents = [host.registrar, host.dnsServer, host.logShipper];
    for (const agent of agents) {
      expect(await agent.text('/metrics')).toContain('# TYPE wharf_');
      expect(await agent.text('/healthz')).toContain('ok');
    }
    await Promise.all(agents.map((agent) => agent.stop()));
    expect(agents.map((agent) => agent.process.exitCode)).toEqual([0, 0, 0]);
  });

  it('an orderly stop keeps the records, so that an upgrade is not seen in DNS; -on-stop=remove takes them along', async () => {
    const keys = async (): Promise<readonly string[]> =>
      (await host.etcd.etcdctl('get', '--prefix', '--keys-only', '/skydns/')).split('\n').filter((line) => line !== '');
    const byHand = '/skydns/local/example/staging/by-hand';
    expect(await keys()).toEqual([byHand, expect.stringMatching(/^\/skydns\/local\/example\/staging\/late\//)]);

    const successor = await startRegistrar(host.etcd, host.dockerd, ['-on-stop', 'remove']);
    cleanup.defer(() => successor.stop());
    await successor.ready();
    await successor.stop();
    expect(await keys()).toEqual([byHand]);
  });
});

import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  type AgentProcess,
  eventually,
  type NetworkDoor,
  openNetworkDoor,
  startAgent,
  startEtcd,
  startNamespaces,
} from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainOf } from './cluster.ts';
import { parseToolOutput } from './dns-tools.ts';
import { putKey } from './write-store.ts';

const run = promisify(execFile);

/** The server's addresses: two of the network that it shares with the client, and one that the client has a route to. */
const NEAR = ['10.7.0.1', '10.7.0.2', 'fd07::1', 'fd07::2', 'fe80::7'];
const BEHIND = ['10.8.0.1', 'fd08::1'];
const LATER = ['10.9.0.1', 'fd09::1'];
const CLIENT = ['10.7.0.9', 'fd07::9'];

const ANSWER = 'web.skydns.local. 3600 IN A 10.9.9.9';

const prefixOf = (address: string): string => `${address}/${address.includes(':') ? 64 : 24}`;

describe.each([
  { udp: 'batch', workers: 1 },
  { udp: 'batch', workers: 2 },
  { udp: 'dgram', workers: 1 },
  { udp: 'dgram', workers: 2 },
] as const)('the built dns-server on all addresses, by -udp $udp with $workers workers', ({ udp, workers }) => {
  const cleanup = new AsyncDisposableStack();
  let server: readonly string[];
  let client: readonly string[];
  let network: NetworkDoor;
  let agent: AgentProcess;
  let start: (workers: number) => Promise<AgentProcess>;

  const inside = async (enter: readonly string[], line: string): Promise<string> => {
    const [command = '', ...args] = [...enter, ...line.split(' ')];
    return (await run(command, args)).stdout;
  };

  const add = (enter: readonly string[], address: string, device: string): Promise<string> => {
    // A new address of IPv6 cannot be used until nobody else was found to have it.
    const options = address.includes(':') ? ' nodad' : '';
    return inside(enter, `ip address add ${prefixOf(address)} dev ${device}${options}`);
  };

  beforeAll(async () => {
    const [etcd, here, there] = await Promise.all([startEtcd(), startNamespaces(), startNamespaces()]);
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => here.end());
    cleanup.defer(() => there.end());
    server = here.enterNetwork;
    client = there.enterNetwork;
    const [, , clientProcess = ''] = client;
    for (const n of [0, 1]) {
      await inside(server, `ip link add s${n} type veth peer name c${n} netns ${clientProcess}`);
      await inside(server, `ip link set s${n} up`);
      await inside(client, `ip link set c${n} up`);
    }
    for (const address of NEAR) await add(server, address, 's0');
    for (const address of BEHIND) await add(server, address, 's1');
    for (const address of CLIENT) await add(client, address, 'c0');
    await inside(client, 'ip route add default via 10.7.0.1');
    await inside(client, 'ip route add default via fd07::1');
    await putKey(etcd, '/skydns/local/skydns/web', '{"host":"10.9.9.9"}');
    network = openNetworkDoor(server);
    cleanup.defer(() => network.close());
    await network.letIn(etcd.port);
    start = async (threads) => {
      const started = await startAgent({
        name: 'dns-server',
        main: mainOf('dns-server'),
        args: ['-addr=:53', `-udp=${udp}`, `-workers=${threads}`, `-machines=${etcd.url}`, '-no-rec'],
        network,
      });
      cleanup.defer(() => started.kill());
      return started;
    };
    agent = await start(workers);
    await agent.ready();
  });

  afterAll(() => cleanup.disposeAsync());

  /** What dig, which takes a reply from nowhere but the address that it asks, finds from the client's network. */
  const ask = async (address: string): Promise<readonly string[]> => {
    const at = address.startsWith('fe80') ? `${address}%c0` : address;
    const output = await inside(client, `dig @${at} web.skydns.local A +tries=1 +time=5`);
    return parseToolOutput(output).replies.flatMap(({ answers }) => answers);
  };

  const askAll = async (addresses: readonly string[]): Promise<void> => {
    const answers = await Promise.all(addresses.map(ask));
    expect(answers).toEqual(addresses.map(() => [ANSWER]));
  };

  /** How many UDP sockets each of these addresses has at port 53. */
  const sockets = async (...asked: readonly string[]): Promise<readonly number[]> => {
    const lines = (await inside(server, 'ss -H -n -u -l sport = :53')).split('\n').filter((line) => line !== '');
    const hosts = lines.map((line) => /(\S+):53 /.exec(line)?.[1] ?? line);
    return asked.map((address) => hosts.filter((host) => host === address).length);
  };

  const shown = async (): Promise<unknown> => agent.debug('zone');

  it('answers from the address that was asked', async () => {
    await askAll([...NEAR, ...BEHIND]);
    const own = ['127.0.0.1', ...NEAR.filter((address) => address !== 'fe80::7'), ...BEHIND, '::1', 'fe80::7%s0'];
    expect(await shown()).toMatchObject({ udpAddresses: expect.arrayContaining(own) });
    const counted = await sockets('*', '10.7.0.2', '[fd08::1]', '[fe80::7]%s0');
    expect(counted).toEqual([workers, workers, workers, workers]);
  });

  it('answers from an address that came later, and no more from one that went', async () => {
    for (const address of LATER) await add(server, address, 's0');
    await inside(server, `ip address del ${prefixOf('10.7.0.2')} dev s0`);
    await inside(server, `ip address del ${prefixOf('fd07::2')} dev s0`);
    await eventually('the sockets are those of the addresses', async () => {
      const counted = await sockets('10.9.0.1', '[fd09::1]', '10.7.0.1', '10.7.0.2', '[fd07::2]');
      expect(counted).toEqual([workers, workers, workers, 0, 0]);
    });
    await askAll([...LATER, '10.7.0.1', 'fd07::1', ...BEHIND]);
    const { udpAddresses } = Object(await shown());
    expect(udpAddresses).toEqual(expect.arrayContaining(LATER));
    expect(udpAddresses).not.toContain('10.7.0.2');
  });

  it.each([1, 2])('says so to a second one with %i workers, and goes on', async (threads) => {
    const second = await start(threads);
    await second.process.ended;
    expect(second.process.exitCode).toBe(1);
    expect(second.process.output()).toContain('cannot listen on udp :: port 53: another process listens there');
    await askAll(['10.7.0.1', ...BEHIND]);
  });
});

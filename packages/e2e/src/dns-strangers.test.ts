import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openNetworkDoor, startAgent, startEtcd, startKnot, startNamespaces } from '@wharf/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mainOf } from './cluster.ts';
import { parseToolOutput } from './dns-tools.ts';
import { putKey } from './write-store.ts';

const run = promisify(execFile);

/** Addresses of a network of its own: a server's, a client nearby, and strangers (RFC 5737, RFC 3849). */
const SERVER = { ipv4: '192.0.2.1', ipv6: '2001:db8::1' };
const NEARBY = { ipv4: '10.0.0.7', ipv6: 'fd00::7' };
const STRANGER = { ipv4: '192.0.2.7', ipv6: '2001:db8::7' };

const OUTSIDE = `$ORIGIN example.org.
@ 300 SOA ns admin 1 3600 600 86400 30
@ 300 NS ns
ns 300 A 198.51.100.53
www 300 A 198.51.100.80
`;

/** RFC 5358: a server that looks up names for everybody is what attacks are made with. */
describe.each([
  { udp: 'batch', family: 'ipv4' },
  { udp: 'batch', family: 'ipv6' },
  { udp: 'dgram', family: 'ipv4' },
  { udp: 'dgram', family: 'ipv6' },
] as const)('the built dns-server, by -udp $udp over $family, and clients from afar', ({ udp, family }) => {
  const cleanup = new AsyncDisposableStack();
  let enterNetwork: readonly string[] = [];

  const inside = async (...line: readonly string[]): Promise<string> => {
    const [command = '', ...args] = [...enterNetwork, ...line];
    return (await run(command, args)).stdout;
  };

  beforeAll(async () => {
    const [etcd, namespaces] = await Promise.all([startEtcd(), startNamespaces()]);
    cleanup.defer(() => etcd.stop());
    cleanup.defer(() => namespaces.end());
    ({ enterNetwork } = namespaces);
    for (const { [family]: address } of [SERVER, NEARBY, STRANGER]) {
      await inside('ip', 'address', 'add', `${address}/${family === 'ipv4' ? 32 : 128}`, 'dev', 'lo');
    }
    const network = openNetworkDoor(enterNetwork);
    cleanup.defer(() => network.close());
    await network.letIn(etcd.port);
    const knot = await startKnot({ domain: 'example.org', zoneText: OUTSIDE, network });
    cleanup.defer(() => knot.stop());
    await putKey(etcd, '/skydns/local/skydns/web', '{"host":"10.9.9.9"}');
    await putKey(etcd, '/skydns/local/skydns/shop', '{"host":"www.example.org"}');
    const nameServer = `${knot.address.host}:${knot.address.port}`;
    const agent = await startAgent({
      name: 'dns-server',
      main: mainOf('dns-server'),
      args: [
        `-addr=${family === 'ipv4' ? SERVER.ipv4 : `[${SERVER.ipv6}]`}:53`,
        `-udp=${udp}`,
        `-machines=${etcd.url}`,
        `-nameservers=${nameServer}`,
      ],
      network,
    });
    cleanup.defer(() => agent.kill());
    await agent.ready();
  });

  afterAll(() => cleanup.disposeAsync());

  /** What dig prints when it asks from that address. */
  const ask = async (from: string, name: string, ...options: readonly string[]) => {
    const output = await inside('dig', '-b', from, `@${SERVER[family]}`, name, 'A', '+tries=1', ...options);
    const [reply] = parseToolOutput(output).replies;
    if (reply === undefined) throw new Error(output);
    return reply;
  };

  const rows = [NEARBY, STRANGER].flatMap((client) =>
    ['+notcp', '+tcp'].map((transport) => ({ from: client[family], transport, isNearby: client === NEARBY })),
  );

  it.each(rows)('from $from, $transport', async ({ from, transport, isNearby }) => {
    const own = await ask(from, 'web.skydns.local', transport);
    expect(own).toMatchObject({ rcode: 'NOERROR', answers: ['web.skydns.local. 3600 IN A 10.9.9.9'] });
    expect(own.flags.includes('ra')).toBe(isNearby);
    const outside = await ask(from, 'www.example.org', transport);
    const behind = await ask(from, 'shop.skydns.local', transport);
    const alias = 'shop.skydns.local. 3600 IN CNAME www.example.org.';
    const address = 'www.example.org. 300 IN A 198.51.100.80';
    expect(outside).toMatchObject(
      isNearby ? { rcode: 'NOERROR', answers: [address] } : { rcode: 'REFUSED', answers: [] },
    );
    expect(behind).toMatchObject({ rcode: 'NOERROR', answers: isNearby ? [alias, address] : [alias] });
  });
});

import { describe, expect, it } from 'vitest';
import { type ContainerSketch, sketchContainer } from '../testing/container.ts';
import type { MetadataValue } from './metadata.ts';
import type { Addresses, FamilyRule } from './service.ts';
import { serviceEndpoints } from './service-address.ts';
import { choosePorts } from './service-ports.ts';

const LABEL = 'com.example.address';

interface Case {
  readonly said: string;
  readonly container?: ContainerSketch;
  /** All bindings of port 80, as `<address> <port>`; what `container` says when absent. */
  readonly bindings?: readonly string[];
  readonly linked?: ContainerSketch;
  /** What is known of the host's addresses: 10.0.0.5 unless it is said. */
  readonly host?: Addresses;
  readonly ip?: Addresses;
  readonly internal?: boolean;
  readonly networks?: readonly string[];
  readonly family?: FamilyRule;
  /** The container's SERVICE_NETWORK. */
  readonly network?: string;
  readonly at: string;
}

/** Where the first port is reached, as `<address> <port>`, or why it is not; addresses come from the label LABEL first. */
function reachedAt(row: Case): string {
  const { linked, host = { ipv4: '10.0.0.5' }, ip = {}, internal = false, networks = [], family = 'any' } = row;
  const container = withBindings(row);
  const network: MetadataValue | undefined =
    row.network === undefined ? undefined : { value: row.network, source: 'label SERVICE_NETWORK' };
  const isInternal = (): boolean => network !== undefined && network.value !== '';
  const [choice] = choosePorts(container, { internal }, isInternal).registrable;
  if (choice === undefined) return 'no port';
  const target = linked === undefined ? undefined : sketchContainer(linked);
  const rules = { ip, networks, family, ipLabel: LABEL };
  const facts = { name: 'node-1', addresses: host };
  const endpoints = serviceEndpoints(container, target, choice, facts, rules, network);
  if (!endpoints.ok) return endpoints.error;
  for (const { address, family: said } of endpoints.value) expect(said).toBe(address.includes(':') ? 'ipv6' : 'ipv4');
  return endpoints.value.map(({ address, port }) => `${address} ${port}`).join(', ');
}

function withBindings({ container: sketch, bindings }: Case): ReturnType<typeof sketchContainer> {
  const container = sketchContainer(sketch);
  if (bindings === undefined) return container;
  const parsed = bindings.map((binding) => {
    const [hostIp = '', hostPort] = binding.split(' ');
    return { hostIp, hostPort: Number(hostPort) };
  });
  return { ...container, ports: [{ port: 80, protocol: 'tcp', exposed: true, bindings: parsed }] };
}

const onHost: ContainerSketch = { networkMode: 'host', ports: ['80'], networks: {} };
const sharing: ContainerSketch = { networkMode: 'container:abc', ports: ['80'], networks: {} };

describe('serviceEndpoints', () => {
  it.each<Case>([
    { said: 'published on all addresses', at: '10.0.0.5 8080' },
    { said: 'published on all addresses of IPv6', bindings: [':: 8080'], at: '10.0.0.5 8080' },
    {
      said: 'published on all addresses of IPv6 alone',
      bindings: [':: 8080'],
      host: { ipv4: '10.0.0.5', ipv6: '2001:db8::5' },
      at: '2001:db8::5 8080',
    },
    { said: 'published on all addresses, in the words of Podman', bindings: [' 8080'], at: '10.0.0.5 8080' },
    { said: 'published on one address', bindings: ['10.0.0.9 8080'], at: '10.0.0.9 8080' },
    { said: 'published on one IPv6 address', bindings: ['2001:DB8:0::9 8080'], at: '2001:db8::9 8080' },
    { said: 'published twice', bindings: ['10.0.0.9 8080', '2001:db8::9 9090'], at: '10.0.0.9 8080' },
    { said: 'published twice, IPv6 first', bindings: ['2001:db8::9 9090', '10.0.0.9 8080'], at: '2001:db8::9 9090' },
    { said: 'the host has IPv6 alone', host: { ipv6: '2001:db8::5' }, at: '2001:db8::5 8080' },
    { said: 'the host has both', host: { ipv4: '10.0.0.5', ipv6: '2001:db8::5' }, at: '10.0.0.5 8080' },
    { said: '-ip', ip: { ipv4: '192.0.2.1' }, at: '192.0.2.1 8080' },
    { said: '-ip of IPv6', ip: { ipv6: '2001:db8::1' }, at: '2001:db8::1 8080' },
    { said: '-ip of both families', ip: { ipv4: '192.0.2.1', ipv6: '2001:db8::1' }, at: '192.0.2.1 8080' },
    { said: '-ip beats the binding', bindings: ['10.0.0.9 8080'], ip: { ipv4: '192.0.2.1' }, at: '192.0.2.1 8080' },
    { said: '-ip may be loopback', ip: { ipv4: '127.0.0.1' }, at: '127.0.0.1 8080' },
    {
      said: 'published, on a network of the user: still at the host',
      container: { networkMode: 'shop', networks: { shop: '172.20.0.3' } },
      at: '10.0.0.5 8080',
    },
    { said: 'host networking', container: onHost, at: '10.0.0.5 80' },
    { said: 'host networking with -internal', container: onHost, internal: true, at: '10.0.0.5 80' },
    { said: 'host networking and -ip', container: onHost, ip: { ipv6: '2001:db8::1' }, at: '2001:db8::1 80' },
    { said: 'no network', container: { networkMode: 'none' }, at: 'has no network' },
    {
      said: 'published on loopback only',
      bindings: ['127.0.0.1 8080'],
      at: 'is published on 127.0.0.1, which only this host reaches (-ip says where it is reached)',
    },
    {
      said: 'published on a link-local address',
      bindings: ['169.254.7.7 8080'],
      at: 'is published on 169.254.7.7, which is link-local: only neighbours on the same link reach it',
    },
    {
      said: "the host's address is loopback",
      host: { ipv4: '127.0.1.1' },
      at: "is on the host's address 127.0.1.1, which only this host reaches (-ip says where it is reached)",
    },
    {
      said: "the host's address is unknown",
      host: {},
      at: "is on the host's address, which could not be found: set -ip",
    },
    { said: 'port 0', bindings: ['0.0.0.0 0'], at: 'would be announced on port 0, which does not exist' },
    { said: 'not published', container: { ports: ['80'] }, at: 'no port' },
  ])('$said: $at', (row) => {
    expect(reachedAt(row)).toBe(row.at);
  });

  const both = { ipv4: '10.0.0.5', ipv6: '2001:db8::5' };
  const everywhere = ['0.0.0.0 8080', ':: 9090'];
  it.each<Case>([
    { said: 'published everywhere', family: 'ipv4', bindings: everywhere, host: both, at: '10.0.0.5 8080' },
    { said: 'published everywhere', family: 'ipv6', bindings: everywhere, host: both, at: '2001:db8::5 9090' },
    {
      said: 'published everywhere',
      family: 'dual',
      bindings: everywhere,
      host: both,
      at: '10.0.0.5 8080, 2001:db8::5 9090',
    },
    {
      said: 'published everywhere by Podman',
      family: 'dual',
      bindings: [' 8080'],
      host: both,
      at: '10.0.0.5 8080, 2001:db8::5 8080',
    },
    { said: 'published on 0.0.0.0', family: 'dual', bindings: ['0.0.0.0 8080'], host: both, at: '10.0.0.5 8080' },
    { said: 'published on ::', family: 'dual', bindings: [':: 8080'], host: both, at: '2001:db8::5 8080' },
    {
      said: 'published on 0.0.0.0',
      family: 'ipv6',
      bindings: ['0.0.0.0 8080'],
      host: both,
      at: 'is not published on an IPv6 address, which -family asks for',
    },
    {
      said: 'published on ::',
      family: 'ipv4',
      bindings: [':: 8080'],
      host: both,
      at: 'is not published on an IPv4 address, which -family asks for',
    },
    {
      said: 'the second binding of that family does not count',
      family: 'ipv4',
      bindings: ['2001:db8::9 1', '10.0.0.9 2', '10.0.0.8 3'],
      at: '10.0.0.9 2',
    },
    {
      said: 'published on one address of each',
      family: 'dual',
      bindings: ['2001:db8::9 9090', '10.0.0.9 8080'],
      at: '10.0.0.9 8080, 2001:db8::9 9090',
    },
    {
      said: 'one of two cannot be used',
      family: 'dual',
      bindings: ['127.0.0.1 8080', '2001:db8::9 9090'],
      at: '2001:db8::9 9090',
    },
    {
      said: 'neither can be used',
      family: 'dual',
      bindings: ['127.0.0.1 8080', 'fe80::1 9090'],
      at: 'is published on 127.0.0.1, which only this host reaches (-ip says where it is reached); and is published on fe80::1, which is link-local: only neighbours on the same link reach it',
    },
    {
      said: 'the host has no IPv6',
      family: 'ipv6',
      bindings: everywhere,
      at: "is on the host's IPv6 address, which could not be found: set -ip",
    },
    { said: 'the host has no IPv6', family: 'dual', bindings: everywhere, at: '10.0.0.5 8080' },
    { said: 'host networking', family: 'dual', container: onHost, host: both, at: '10.0.0.5 80, 2001:db8::5 80' },
    { said: 'host networking', family: 'ipv6', container: onHost, host: both, at: '2001:db8::5 80' },
    {
      said: '-ip of both families',
      family: 'dual',
      bindings: everywhere,
      ip: { ipv4: '192.0.2.1', ipv6: '2001:db8::1' },
      at: '192.0.2.1 8080, 2001:db8::1 9090',
    },
    {
      said: '-ip of both families, published on 0.0.0.0',
      family: 'dual',
      bindings: ['0.0.0.0 8080'],
      ip: { ipv4: '192.0.2.1', ipv6: '2001:db8::1' },
      at: '192.0.2.1 8080',
    },
    {
      said: '-ip of one family, the host of the other',
      family: 'dual',
      bindings: everywhere,
      ip: { ipv4: '192.0.2.1' },
      host: { ipv6: '2001:db8::5' },
      at: '192.0.2.1 8080, 2001:db8::5 9090',
    },
    {
      said: '-ip of that family beats a binding of the other, as without -family',
      family: 'ipv6',
      bindings: ['0.0.0.0 8080'],
      ip: { ipv6: '2001:db8::1' },
      at: '2001:db8::1 8080',
    },
    {
      said: '-ip of the other family',
      family: 'ipv6',
      bindings: everywhere,
      ip: { ipv4: '192.0.2.1' },
      host: both,
      at: '2001:db8::5 9090',
    },
  ])('with -family $family, $said: $at', (row) => {
    expect(reachedAt(row)).toBe(row.at);
  });

  const shop = { networkMode: 'shop', networks: { bridge: '172.17.0.2', shop: '172.20.0.3' } };
  const dual = { networks: { bridge: { ipv4: '172.17.0.2', ipv6: 'fd00::2' } } };
  it.each<Case>([
    { said: 'on the bridge', at: '172.17.0.2 80' },
    { said: '-ip does not count', ip: { ipv4: '192.0.2.1' }, at: '172.17.0.2 80' },
    { said: 'not published', container: { ports: ['80'] }, at: '172.17.0.2 80' },
    { said: 'on a network of the user', container: shop, at: '172.20.0.3 80' },
    { said: '`default` is the bridge', container: { networkMode: 'default' }, at: '172.17.0.2 80' },
    {
      said: 'its network has no address: the next by name',
      container: { networkMode: 'gone', networks: { b: '172.21.0.3', a: '172.20.0.3', gone: '' } },
      at: '172.20.0.3 80',
    },
    {
      said: "a swarm's plumbing comes last",
      container: { networks: { docker_gwbridge: '172.18.0.3', ingress: '10.255.0.3', web: '10.0.1.3' } },
      at: '10.0.1.3 80',
    },
    { said: 'where there is nothing else', container: { networks: { ingress: '10.255.0.3' } }, at: '10.255.0.3 80' },
    { said: 'IPv4 first', container: dual, at: '172.17.0.2 80' },
    { said: 'IPv6 alone', container: { networks: { bridge: { ipv6: 'FD00::2' } } }, at: 'fd00::2 80' },
    { said: 'no address', container: { networks: {} }, at: 'has no address on any network' },
    {
      said: 'an unspecified address',
      container: { networks: { bridge: '0.0.0.0' } },
      at: 'has on network bridge the address 0.0.0.0, which stands for all addresses and is none',
    },
    { said: 'no address', family: 'ipv6', container: { networks: {} }, at: 'has no address on any network' },
    { said: 'both', family: 'ipv6', container: dual, at: 'fd00::2 80' },
    { said: 'both', family: 'dual', container: dual, at: '172.17.0.2 80, fd00::2 80' },
    { said: 'IPv4 alone', family: 'dual', at: '172.17.0.2 80' },
    {
      said: 'IPv4 alone',
      family: 'ipv6',
      at: 'has no IPv6 address on any network, which -family asks for',
    },
    {
      said: 'the best network of that family',
      family: 'ipv6',
      container: { networks: { bridge: '172.17.0.2', back: { ipv4: '10.1.0.7', ipv6: 'fd00:1::7' } } },
      at: 'fd00:1::7 80',
    },
    {
      said: 'both from one network',
      family: 'dual',
      container: { networks: { bridge: '172.17.0.2', back: { ipv4: '10.1.0.7', ipv6: 'fd00:1::7' } } },
      at: '172.17.0.2 80',
    },
    { said: '-network', container: shop, networks: ['back', 'bridge'], at: '172.17.0.2 80' },
    { said: '-network in its order', container: shop, networks: ['shop', 'bridge'], at: '172.20.0.3 80' },
    {
      said: '-network may be the plumbing',
      container: { networks: { ingress: '10.255.0.3', web: '10.0.1.3' } },
      networks: ['ingress'],
      at: '10.255.0.3 80',
    },
    { said: '-network elsewhere', container: shop, networks: ['back'], at: '172.20.0.3 80' },
  ])('with -internal and -family $family, $said: $at', (row) => {
    expect(reachedAt({ internal: true, ...row })).toBe(row.at);
  });

  it.each<Case>([
    { said: 'beats the binding', container: shop, network: 'bridge', at: '172.17.0.2 80' },
    { said: 'beats -ip', container: shop, network: 'bridge', ip: { ipv4: '192.0.2.1' }, at: '172.17.0.2 80' },
    { said: 'beats -network', container: shop, network: 'bridge', networks: ['shop'], at: '172.17.0.2 80' },
    { said: 'needs no published port', container: { ...shop, ports: ['80'] }, network: 'shop', at: '172.20.0.3 80' },
    { said: 'empty is as if absent', container: shop, network: '', at: '10.0.0.5 8080' },
    {
      said: 'names a network that it is not on',
      container: shop,
      network: 'back"\u001b[0m',
      at: 'would be announced on network "back\\"\\u001b[0m", which label SERVICE_NETWORK names, but its container is on "bridge, shop"',
    },
    {
      said: 'names a network, and there is none',
      container: { networks: {} },
      network: 'back',
      at: 'would be announced on network "back", which label SERVICE_NETWORK names, but its container is on no network',
    },
    {
      said: 'names a network without an address',
      container: { networks: { bridge: '172.17.0.2', back: '' } },
      network: 'back',
      at: 'would be announced on network "back", which label SERVICE_NETWORK names, but has no address there',
    },
    {
      said: 'names a network without that family',
      container: { networks: { bridge: { ipv6: 'fd00::2' }, back: '10.1.0.7' } },
      network: 'back',
      family: 'ipv6',
      at: 'has on network back no IPv6 address, which -family asks for',
    },
    {
      said: 'names another network than the host of a container that has no other',
      container: { ...onHost, networks: { host: '' } },
      network: 'back',
      at: 'would be announced on network "back", which label SERVICE_NETWORK names, but its container is on "host"',
    },
    { said: 'names the host', container: { ...onHost, networks: { host: '' } }, network: 'host', at: '10.0.0.5 80' },
    {
      said: "names one of the other container's",
      container: sharing,
      linked: shop,
      network: 'bridge',
      at: '172.17.0.2 80',
    },
  ])('SERVICE_NETWORK $said: $at', (row) => {
    expect(reachedAt(row)).toBe(row.at);
  });

  it.each<Case>([
    { said: 'its address', linked: { networks: { bridge: '172.17.0.7' } }, at: '172.17.0.7 80' },
    {
      said: 'its address, whatever -ip says',
      linked: { networks: { bridge: '172.17.0.7' } },
      ip: { ipv4: '192.0.2.1' },
      at: '172.17.0.7 80',
    },
    { said: 'its network', linked: shop, at: '172.20.0.3 80' },
    { said: 'its network by -network', linked: shop, networks: ['bridge'], at: '172.17.0.2 80' },
    { said: 'its family', linked: dual, family: 'dual', at: '172.17.0.2 80, fd00::2 80' },
    { said: "the host, where it is on the host's network", linked: onHost, at: '10.0.0.5 80' },
    { said: 'its label', linked: { labels: { [LABEL]: '10.1.2.3/24' } }, at: '10.1.2.3 80' },
    { said: 'nothing when it is not there', at: 'shares the network of container:abc, which is not there' },
    {
      said: 'nothing when it has no network',
      linked: { networkMode: 'none', networks: {} },
      at: 'has no address on any network',
    },
  ])("in another container's network, $said: $at", (row) => {
    expect(reachedAt({ container: sharing, ...row })).toBe(row.at);
  });

  const labelled = { labels: { [LABEL]: '10.1.2.3/24' } };
  it.each<Case>([
    { said: 'beats the binding', bindings: ['10.0.0.9 8080'], at: '10.1.2.3 8080' },
    { said: 'beats a binding that cannot be used', bindings: ['127.0.0.1 8080'], at: '10.1.2.3 8080' },
    { said: 'beats -ip', ip: { ipv4: '192.0.2.1' }, at: '10.1.2.3 8080' },
    { said: 'beats -internal', internal: true, at: '10.1.2.3 80' },
    { said: 'beats SERVICE_NETWORK', network: 'bridge', at: '10.1.2.3 80' },
    { said: 'beats host networking', container: { ...onHost, ...labelled }, at: '10.1.2.3 80' },
    {
      said: 'beats having no network',
      container: { ...labelled, networkMode: 'none', ports: ['80'], networks: {} },
      internal: true,
      at: '10.1.2.3 80',
    },
    {
      said: "beats another container's network",
      container: { ...sharing, ...labelled },
      linked: { networks: { bridge: '172.17.0.7' } },
      at: '10.1.2.3 80',
    },
    { said: 'is empty', container: { labels: { [LABEL]: '' } }, at: '10.0.0.5 8080' },
    { said: 'is another', container: { labels: { other: '10.1.2.3' } }, at: '10.0.0.5 8080' },
    {
      said: 'holds no address',
      container: { labels: { [LABEL]: 'web' } },
      at: `has in label ${LABEL} "web", which is no IP address`,
    },
    {
      said: 'holds a loopback address',
      container: { labels: { [LABEL]: '::1' } },
      at: `has in label ${LABEL} the address ::1, which only this host reaches (-ip says where it is reached)`,
    },
    {
      said: 'holds both families, each with its port',
      container: { labels: { [LABEL]: '2001:db8::7/64,10.1.2.3/24' } },
      bindings: everywhere,
      family: 'dual',
      at: '10.1.2.3 8080, 2001:db8::7 9090',
    },
    {
      said: 'holds IPv6, which is not published',
      container: { labels: { [LABEL]: '2001:db8::7' } },
      bindings: ['0.0.0.0 8080'],
      at: '2001:db8::7 8080',
    },
    { said: 'holds IPv4 alone', family: 'dual', at: '10.1.2.3 8080' },
    {
      said: 'holds IPv4 alone',
      family: 'ipv6',
      at: `has in label ${LABEL} no IPv6 address, which -family asks for`,
    },
  ])('-useIpFromLabel $said, with -family $family: $at', (row) => {
    expect(reachedAt({ container: labelled, ...row })).toBe(row.at);
  });
});

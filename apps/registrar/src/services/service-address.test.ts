import { describe, expect, it } from 'vitest';
import { type ContainerSketch, sketchContainer } from '../testing/container.ts';
import type { Host } from './service.ts';
import { serviceEndpoint } from './service-address.ts';
import { choosePorts } from './service-ports.ts';

const host: Host = { name: 'node-1', address: '10.0.0.5' };

interface Case {
  readonly said: string;
  readonly container?: ContainerSketch;
  readonly linked?: ContainerSketch;
  readonly host?: Host;
  readonly ip?: string;
  readonly internal?: boolean;
  readonly at: string;
}

function endpointOf({ container: sketch, linked, host: ownHost = host, ip, internal = false }: Case): string {
  const container = sketchContainer(sketch);
  const rules = { ip, internal };
  const [choice] = choosePorts(container, rules).registrable;
  if (choice === undefined) return 'no port';
  const target = linked === undefined ? undefined : sketchContainer(linked);
  const endpoint = serviceEndpoint(container, target, choice, ownHost, rules);
  return endpoint.ok ? `${endpoint.value.address} ${endpoint.value.port}` : endpoint.error;
}

describe('serviceEndpoint', () => {
  it.each<Case>([
    { said: 'published on all addresses', at: '10.0.0.5 8080' },
    { said: 'published on all addresses of IPv6', container: { ports: ['[::]:8080:80'] }, at: '10.0.0.5 8080' },
    { said: 'published on one address', container: { ports: ['10.0.0.9:8080:80'] }, at: '10.0.0.9 8080' },
    { said: 'published on one IPv6 address', container: { ports: ['[2001:db8::9]:8080:80'] }, at: '2001:db8::9 8080' },
    { said: '-ip', ip: '192.0.2.1', at: '192.0.2.1 8080' },
    {
      said: '-ip beats the binding',
      container: { ports: ['10.0.0.9:8080:80'] },
      ip: '192.0.2.1',
      at: '192.0.2.1 8080',
    },
    { said: '-ip may be loopback', ip: '127.0.0.1', at: '127.0.0.1 8080' },
    { said: '-internal', internal: true, at: '172.17.0.2 80' },
    { said: '-internal ignores -ip', internal: true, ip: '192.0.2.1', at: '172.17.0.2 80' },
    { said: '-internal, not published', container: { ports: ['80'] }, internal: true, at: '172.17.0.2 80' },
    {
      said: '-internal on a network of the user',
      container: { networkMode: 'shop', networks: { bridge: '172.17.0.2', shop: '172.20.0.3' } },
      internal: true,
      at: '172.20.0.3 80',
    },
    {
      said: '-internal where the network has no address',
      container: { networkMode: 'gone', networks: { b: '172.21.0.3', a: '172.20.0.3', gone: '' } },
      internal: true,
      at: '172.20.0.3 80',
    },
    {
      said: '-internal, `default` is the bridge',
      container: { networkMode: 'default' },
      internal: true,
      at: '172.17.0.2 80',
    },
    {
      said: 'published, on a network of the user: still at the host',
      container: { networkMode: 'shop', networks: { shop: '172.20.0.3' } },
      at: '10.0.0.5 8080',
    },
    { said: 'host networking', container: { networkMode: 'host', ports: ['80'], networks: {} }, at: '10.0.0.5 80' },
    {
      said: 'host networking with -internal',
      container: { networkMode: 'host', ports: ['80'], networks: {} },
      internal: true,
      at: '10.0.0.5 80',
    },
    {
      said: "another container's network",
      container: { networkMode: 'container:abc', ports: ['80'], networks: {} },
      linked: { networks: { bridge: '172.17.0.7' } },
      at: '172.17.0.7 80',
    },
    {
      said: "another container's network beats -ip",
      container: { networkMode: 'container:abc', ports: ['80'], networks: {} },
      linked: { networks: { bridge: '172.17.0.7' } },
      ip: '192.0.2.1',
      at: '172.17.0.7 80',
    },
    {
      said: 'the network of a container that uses the host',
      container: { networkMode: 'container:abc', ports: ['80'], networks: {} },
      linked: { networkMode: 'host', networks: {} },
      at: '10.0.0.5 80',
    },
    {
      said: 'the network of a container that is not there',
      container: { networkMode: 'container:abc', ports: ['80'], networks: {} },
      at: 'shares the network of container:abc, which is not there',
    },
    { said: 'no network', container: { networkMode: 'none' }, at: 'has no network' },
    {
      said: '-internal without any address',
      container: { networks: {} },
      internal: true,
      at: 'has no address on any network',
    },
    {
      said: 'published on loopback only',
      container: { ports: ['127.0.0.1:8080:80'] },
      at: 'is published on 127.0.0.1, which only this host reaches (-ip says where it is reached)',
    },
    {
      said: "the host's address is loopback",
      host: { name: 'node-1', address: '127.0.1.1' },
      at: "is on the host's address 127.0.1.1, which only this host reaches (-ip says where it is reached)",
    },
    {
      said: "the host's address is unknown",
      host: { name: 'node-1', address: undefined },
      at: "is on the host's address, which could not be found: set -ip",
    },
    {
      said: '-internal with an unspecified address',
      container: { networks: { bridge: '0.0.0.0' } },
      internal: true,
      at: 'has on network bridge the address 0.0.0.0, which stands for all addresses and is none',
    },
    { said: 'port 0', container: { ports: ['0:80'] }, at: 'would be announced on port 0, which does not exist' },
    { said: 'not published', container: { ports: ['80'] }, at: 'no port' },
  ])('$said: $at', (row) => {
    expect(endpointOf(row)).toBe(row.at);
  });

  it('takes the IPv6 address of a network that has no other', () => {
    const container = { ...sketchContainer(), networks: [{ name: 'bridge', ipv6: '2001:db8::2' }] };
    const [choice] = choosePorts(container, { internal: true }).registrable;
    expect(choice && serviceEndpoint(container, undefined, choice, host, { ip: undefined, internal: true })).toEqual({
      ok: true,
      value: { address: '2001:db8::2', port: 80 },
    });
  });
});

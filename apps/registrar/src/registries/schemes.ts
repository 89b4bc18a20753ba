import { failure, type Result, success } from '@wharf/agent';
import { type Labels, parseDomain } from '@wharf/record-schema';
import { parseEndpoint, parseEndpointList } from './parse-endpoint.ts';
import { parseEtcdPath } from './parse-etcd-path.ts';
import type { RegistryScheme } from './registry-scheme.ts';

/** etcd's own port for clients; the units of 2015 name 4001. */
const ETCD_PORT = 2379;

/** Of the HTTP API of Consul's agents. */
const CONSUL_PORT = 8500;

const skydns2: RegistryScheme = {
  scheme: 'skydns2',
  form: 'skydns2://host:port[,host:port]/<domain>',
  summary: 'records for DNS, on etcd',
  takesDnsSd: true,
  parse({ authority, path }) {
    const domain = parseServiceDomain(path);
    if (!domain.ok) return domain;
    const endpoints = parseEndpointList(authority, ETCD_PORT);
    if (!endpoints.ok) return endpoints;
    return success({ scheme: 'skydns2', endpoints: endpoints.value, domain: domain.value });
  },
};

const etcd: RegistryScheme = {
  scheme: 'etcd',
  form: 'etcd://host:port[,host:port]/<path>',
  summary: 'keys <path>/<name>/<ID> that hold address:port, on etcd',
  takesDnsSd: false,
  parse({ authority, path }) {
    const endpoints = parseEndpointList(authority, ETCD_PORT);
    if (!endpoints.ok) return endpoints;
    const parsed = parseEtcdPath(path);
    return parsed.ok ? success({ scheme: 'etcd', endpoints: endpoints.value, path: parsed.value }) : parsed;
  },
};

const consul: RegistryScheme = {
  scheme: 'consul',
  form: 'consul://[host:port]',
  summary: "services of this host's Consul agent, by default the one on 127.0.0.1:8500",
  takesDnsSd: false,
  parse({ authority, path }) {
    if (path !== '') return failure('has a path, and an agent of Consul takes none');
    const endpoint = parseEndpoint(authority === '' ? '127.0.0.1' : authority, CONSUL_PORT);
    return endpoint.ok ? success({ scheme: 'consul', endpoint: endpoint.value }) : endpoint;
  },
};

const memory: RegistryScheme = {
  scheme: 'memory',
  form: 'memory:///<domain>',
  summary: 'records in this process alone, for trials',
  takesDnsSd: true,
  parse({ authority, path }) {
    const domain = parseServiceDomain(path);
    if (!domain.ok) return domain;
    if (authority !== '') return failure('names a host, and a store in memory has none');
    return success({ scheme: 'memory', domain: domain.value });
  },
};

/** Every kind of registry there is, in the order of the help. */
export const registrySchemes: readonly RegistryScheme[] = [skydns2, etcd, consul, memory];

/** Schemes of Registrator that are refused, and what to do instead: each continues a sentence that begins with the URI. */
export const refusedSchemes: ReadonlyMap<string, string> = new Map([
  ['consulkv', "is not served: use consul:// for Consul's catalogue, or etcd:// for plain keys"],
  ['consul-tls', 'is not served: use consul:// with the agent on this host, which speaks TLS to the others'],
  ['consul-unix', 'is not served: use consul:// with the HTTP address of the agent on this host'],
  ['zookeeper', 'is not served: use etcd:// for plain keys, or skydns2:// for DNS'],
]);

function parseServiceDomain(path: string): Result<Labels, string> {
  if (path === '') return failure('names no domain');
  if (path.includes('/')) return failure('has more than a domain behind the host');
  const domain = parseDomain(path);
  if (!domain.ok) return failure(`has a bad domain: ${domain.error}`);
  return domain.value.length === 0 ? failure('names the root: services need a domain of their own') : domain;
}

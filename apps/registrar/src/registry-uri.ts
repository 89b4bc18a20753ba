import { failure, type OptionError, type Result, success } from '@wharf/agent';
import { type Labels, parseDomain } from '@wharf/record-schema';

/** Where services are registered: a store, and the domain within it. */
export type RegistryUri =
  | {
      readonly scheme: 'skydns2';
      /** `host:port` of each member of the cluster, IPv6 addresses in brackets. */
      readonly endpoints: readonly string[];
      readonly domain: Labels;
    }
  | { readonly scheme: 'memory'; readonly domain: Labels };

/** etcd's own port for clients; the units of 2015 name 4001. */
const DEFAULT_ETCD_PORT = 2379;

const ACCEPTED = 'it must be skydns2://host:port[,host:port]/<domain> or memory:///<domain>';

/**
 * Parses the registry's URI. Not `URL`: several endpoints are no URL. Errors continue a sentence that begins with the
 * text, and never repeat it: it may hold a password, although none is accepted there.
 */
export function parseRegistryUri(text: string): Result<RegistryUri, string> {
  if (holdsCredentials(text)) {
    return failure('holds credentials, which anybody can read there: use ETCD_USERNAME and ETCD_PASSWORD');
  }
  const { scheme, authority = '', path } = splitUri(text);
  if (scheme === undefined || path === undefined) return failure(`is not a registry URI: ${ACCEPTED}`);
  if (scheme !== 'skydns2' && scheme !== 'memory') return failure(`has the unknown scheme ${scheme}: ${ACCEPTED}`);
  if (path === '') return failure(`names no domain: ${ACCEPTED}`);
  const domain = parseDomain(path);
  if (!domain.ok) return failure(`has a bad domain: ${domain.error}`);
  if (domain.value.length === 0) return failure('names the root: services need a domain of their own');
  if (scheme === 'memory') {
    if (authority !== '') return failure('names a host, and a store in memory has none: memory:///<domain>');
    return success({ scheme, domain: domain.value });
  }
  const endpoints = parseEndpoints(authority);
  return endpoints.ok ? success({ scheme, endpoints: endpoints.value, domain: domain.value }) : endpoints;
}

/**
 * True when a URI seems to have a user part, which may hold a password and so may not be shown. A slash before the `@`
 * does not clear it: people forget to encode those of their passwords, and no domain needs an `@`.
 */
export function holdsCredentials(text: string): boolean {
  return text.includes('@');
}

function splitUri(text: string): { readonly [part in 'scheme' | 'authority' | 'path']?: string | undefined } {
  return /^(?<scheme>[a-z][a-z0-9+.-]*):\/\/(?<authority>[^/\s]*)(?:\/(?<path>[^/\s]*)\/?)?$/i.exec(text)?.groups ?? {};
}

function parseEndpoints(authority: string): Result<readonly string[], string> {
  const endpoints: string[] = [];
  for (const item of authority.split(',')) {
    const [, host, portText] = /^([^:[\]]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/i.exec(item) ?? [];
    const port = portText === undefined ? DEFAULT_ETCD_PORT : Number(portText);
    if (host === undefined || port < 1 || port > 65_535) {
      return failure(`has ${item === '' ? 'an empty endpoint' : `the bad endpoint ${item}`}: ${ACCEPTED}`);
    }
    endpoints.push(`${host}:${port}`);
  }
  return success(endpoints);
}

/** What is wrong with the registry URI of a command line, for messages: without it where it may hold a password. */
export function registryUriErrors([uri]: readonly string[]): readonly OptionError[] {
  if (uri === undefined) return [];
  const registry = parseRegistryUri(uri);
  if (registry.ok) return [];
  return [{ option: '<registry URI>', value: holdsCredentials(uri) ? '' : uri, message: registry.error }];
}

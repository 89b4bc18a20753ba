import { failure, type Result, success } from '@wharf/agent';
import { parseSinkUrl, sinkSchemes } from '../http-sinks/parse-sink-url.ts';
import { isServiceName, SERVICE_PORT_PROBLEM } from '../receivers/address.ts';
import type { Carrier, Destination } from './route.ts';

/** What a route's URI says before its `?`. */
export interface ParsedDestination {
  readonly destination: Destination;
  /** The adapter was `multiline+...`. */
  readonly multiline: boolean;
}

const MULTILINE = 'multiline+';

/** What stands before `://`; without a carrier the original takes UDP, and `tcp` alone for raw. */
const carried: Readonly<Record<string, { readonly adapter: 'syslog' | 'raw'; readonly carrier: Carrier }>> = {
  syslog: { adapter: 'syslog', carrier: 'udp' },
  'syslog+udp': { adapter: 'syslog', carrier: 'udp' },
  'syslog+tcp': { adapter: 'syslog', carrier: 'tcp' },
  'syslog+tls': { adapter: 'syslog', carrier: 'tls' },
  'syslog+relp': { adapter: 'syslog', carrier: 'relp' },
  'syslog+relps': { adapter: 'syslog', carrier: 'relps' },
  relp: { adapter: 'syslog', carrier: 'relp' },
  relps: { adapter: 'syslog', carrier: 'relps' },
  raw: { adapter: 'raw', carrier: 'udp' },
  'raw+udp': { adapter: 'raw', carrier: 'udp' },
  'raw+tcp': { adapter: 'raw', carrier: 'tcp' },
  'raw+tls': { adapter: 'raw', carrier: 'tls' },
  udp: { adapter: 'raw', carrier: 'udp' },
  tcp: { adapter: 'raw', carrier: 'tcp' },
  tls: { adapter: 'raw', carrier: 'tls' },
};

export const schemes: readonly string[] = [...Object.keys(carried), ...sinkSchemes, 'stdout'];

/** Parses the URI of a route; what follows its `?` is not looked at. An error is the end of a sentence that begins with it. */
export function parseDestination(url: URL): Result<ParsedDestination, string> {
  const multiline = url.protocol.startsWith(MULTILINE);
  const scheme = url.protocol.slice(multiline ? MULTILINE.length : 0, -1);
  const destination = parseScheme(url, scheme);
  return destination.ok ? success({ destination: destination.value, multiline }) : destination;
}

function parseScheme(url: URL, scheme: string): Result<Destination, string> {
  if (scheme === 'stdout') return parseOutput(url);
  if (sinkSchemes.includes(scheme)) return parseSinkUrl(withScheme(url, scheme));
  const kind = carried[scheme];
  if (kind !== undefined) return parseCarried(url, kind);
  return failure(
    `has an adapter ${scheme} that is not known; known are ${schemes.join(', ')}, each also as multiline+...`,
  );
}

function withScheme(url: URL, scheme: string): URL {
  return new URL(url.href.replace(/^[^:]*/, scheme));
}

function parseOutput(url: URL): Result<Destination, string> {
  if (url.host !== '' || url.pathname !== '') return failure('has more than stdout: takes, which is options alone');
  return success({ adapter: 'stdout' });
}

function parseCarried(
  { hostname, port, username, password, pathname, hash }: URL,
  { adapter, carrier }: { readonly adapter: 'syslog' | 'raw'; readonly carrier: Carrier },
): Result<Destination, string> {
  if (hostname === '') return failure('has no host');
  if (port === '0') return failure('has port 0, which nothing can listen on');
  if (username !== '' || password !== '') return failure(`has a user, which ${adapter} has no use for`);
  if (!['', '/'].includes(pathname) || hash !== '') return failure(`has a path, which ${adapter} has no use for`);
  if (isServiceName(hostname)) {
    if (port !== '') return failure(SERVICE_PORT_PROBLEM);
  } else if (adapter === 'raw' && port === '') return failure('has no port, and raw has none of its own');
  const host = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return success({ adapter, carrier, host, port: port === '' ? undefined : Number(port) });
}

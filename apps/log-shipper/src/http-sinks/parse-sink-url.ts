import { failure, type Result, success } from '@wharf/agent';
import { isServiceName, SERVICE_PORT_PROBLEM } from '../receivers/address.ts';
import type { HttpSinkKind } from './http-sink.ts';

/** Where a route of an HTTP sink goes. */
export interface SinkDestination {
  readonly adapter: HttpSinkKind;
  /** Scheme, host, port unless it is the scheme's, and path: no user, options or fragment. */
  readonly url: string;
  /** `user:password`, decoded. */
  readonly credentials?: string;
}

interface SinkGrammar {
  readonly adapter: HttpSinkKind;
  readonly scheme: 'http' | 'https';
  /** Undefined for the scheme's own. */
  readonly port: string | undefined;
}

/** What the URI of a route of an HTTP sink begins with, before `://`; the ports are those that the servers listen on. */
const grammars: Readonly<Record<string, SinkGrammar>> = {
  'loki+http': { adapter: 'loki', scheme: 'http', port: '3100' },
  'loki+https': { adapter: 'loki', scheme: 'https', port: undefined },
  'elasticsearch+http': { adapter: 'elasticsearch', scheme: 'http', port: '9200' },
  'elasticsearch+https': { adapter: 'elasticsearch', scheme: 'https', port: '9200' },
  'json+http': { adapter: 'json', scheme: 'http', port: undefined },
  'json+https': { adapter: 'json', scheme: 'https', port: undefined },
};

export const sinkSchemes: readonly string[] = Object.keys(grammars);

const LOKI_PATH = '/loki/api/v1/push';

/**
 * Parses the URI of a route with one of `sinkSchemes`; what follows its `?` is not looked at. An error is the end of a
 * sentence that begins with the URI, and shows no credentials.
 */
export function parseSinkUrl(uri: URL): Result<SinkDestination, string> {
  const grammar = grammars[uri.protocol.slice(0, -1)];
  if (grammar === undefined) return failure(`has no scheme of an HTTP sink; those are ${sinkSchemes.join(', ')}`);
  if (uri.hostname === '') return failure('has no host');
  if (uri.port !== '' && isServiceName(uri.hostname)) return failure(SERVICE_PORT_PROBLEM);
  if (uri.port === '0') return failure('has port 0, which nothing can listen on');
  if (uri.hash !== '') return failure('has a fragment (#), which is never sent: write %23 for the character');
  // Parsed again as what it is: only then are names and ports brought into their form.
  const url = URL.parse(`${grammar.scheme}://${uri.host}${uri.pathname}`);
  if (url === null) return failure(`has a host ${uri.host} that is none`);
  if (uri.port === '' && grammar.port !== undefined) url.port = grammar.port;
  const path = parsePath(grammar.adapter, url.pathname);
  if (!path.ok) return path;
  url.pathname = path.value;
  const credentials = parseCredentials(uri);
  if (!credentials.ok) return credentials;
  return success({
    adapter: grammar.adapter,
    url: url.href,
    ...(credentials.value === undefined ? {} : { credentials: credentials.value }),
  });
}

function parsePath(adapter: HttpSinkKind, path: string): Result<string, string> {
  if (adapter === 'json') return success(path);
  if (adapter === 'elasticsearch') return parseIndexPath(path);
  if (path === '/' || path === '') return success(LOKI_PATH);
  if (path.endsWith('/api/v1/push')) return success(path);
  return failure(`has a path ${path} that takes no pushes; Loki's is ${LOKI_PATH}, and stands for none`);
}

/**
 * The name of an index, alias or data stream behind the last slash; a proxy may have put it into a folder.
 * @see https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-indices-create
 */
function parseIndexPath(path: string): Result<string, string> {
  const trimmed = path.replace(/\/$/, '');
  const name = decodeText(trimmed.slice(trimmed.lastIndexOf('/') + 1));
  if (name === '') return failure('names no index: write one behind the host, such as /logs-containers-default');
  if (name === undefined || !isIndexName(name)) {
    return failure(
      'has an index that cannot be one: lower case, without \\ / * ? " < > | , # : and spaces, not beginning with - _ or +',
    );
  }
  return success(trimmed);
}

function isIndexName(name: string): boolean {
  return !/^[-_+]|[\\/*?"<>|,#:\s\p{Lu}]/u.test(name) && Buffer.byteLength(name) <= 255;
}

function parseCredentials({ username, password }: URL): Result<string | undefined, string> {
  if (username === '' && password === '') return success(undefined);
  const user = decodeText(username);
  const word = decodeText(password);
  if (user === undefined || word === undefined) return failure('has a user or password with a % that is no escape');
  if (user.includes(':')) return failure('has a user with a colon, which HTTP cannot tell from the password');
  return success(`${user}:${word}`);
}

/** Undefined for a text whose escapes are none. */
function decodeText(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

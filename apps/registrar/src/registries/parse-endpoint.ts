import { failure, type Result, success } from '@wharf/agent';

/**
 * Reads one `host[:port]` of a registry URI, IPv6 addresses in brackets, to `host:port`. Errors continue a sentence that
 * begins with the URI.
 */
export function parseEndpoint(text: string, defaultPort: number): Result<string, string> {
  const [, host, portText] = /^([^\s\p{Cc}:[\],?#%\\]+|\[[0-9a-f:.]+\])(?::(\d{1,5}))?$/iu.exec(text) ?? [];
  const port = portText === undefined ? defaultPort : Number(portText);
  if (host !== undefined && port >= 1 && port <= 65_535) return success(`${host}:${port}`);
  return failure(`has ${text === '' ? 'an empty endpoint' : `the bad endpoint ${text}`}`);
}

/** Several of them, with commas between. */
export function parseEndpointList(text: string, defaultPort: number): Result<readonly string[], string> {
  const endpoints: string[] = [];
  for (const item of text.split(',')) {
    const endpoint = parseEndpoint(item, defaultPort);
    if (!endpoint.ok) return endpoint;
    endpoints.push(endpoint.value);
  }
  return success(endpoints);
}

import { isIPv6 } from 'node:net';
import type { OptionType } from './option-type.ts';
import { failure, type Result, success } from './result.ts';

/** Where to listen or to connect to. */
export interface HostPort {
  /** A name or an address, IPv6 without brackets; empty, as in `:53`, for all addresses of this host. */
  readonly host: string;
  readonly port: number;
}

/** Writes `{host, port}` as `host:port`, an IPv6 address in brackets. */
export function renderHostPort({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Parses `host:port`, `[address]:port`, `:port` and, with a default port, `host` or a bare address. */
export function parseHostPort(text: string, defaultPort?: number): Result<HostPort, string> {
  const accepted = `is not host:port, such as 127.0.0.1:8053 or [::1]:8053`;
  if (defaultPort !== undefined && isIPv6(text)) return success({ host: text, port: defaultPort });
  const match = /^(?:\[(?<bracketed>[^\]]*)\]|(?<plain>[^:[\]\s/@]*))(?::(?<port>\d{1,5}))?$/.exec(text);
  const { bracketed, plain, port: portText } = match?.groups ?? {};
  const host = bracketed ?? plain;
  if (host === undefined || (bracketed !== undefined && !isIPv6(bracketed))) return failure(accepted);
  if (portText === undefined && (defaultPort === undefined || host === '')) return failure(accepted);
  const port = portText === undefined ? defaultPort : Number(portText);
  if (port === undefined || port > 65_535) return failure('has a port that is not from 0 to 65535');
  return success({ host, port });
}

/** `host:port`; without a default port the port must be given. */
export function hostPort({ defaultPort }: { readonly defaultPort?: number } = {}): OptionType<HostPort> {
  return { placeholder: 'host:port', parse: (text) => parseHostPort(text, defaultPort), render: renderHostPort };
}

/** A URL with one of `schemes`, which are written without the colon: `['http', 'https']`. */
export function url({ schemes }: { readonly schemes: readonly string[] }): OptionType<URL> {
  const accepted = schemes.map((scheme) => `${scheme}://`).join(' or ');
  return {
    placeholder: 'URL',
    parse(text) {
      const parsed = URL.parse(text);
      if (parsed === null) return failure(`is not a URL; it must begin with ${accepted}`);
      const scheme = parsed.protocol.slice(0, -1);
      return schemes.includes(scheme) ? success(parsed) : failure(`is not a URL that begins with ${accepted}`);
    },
    render: (value) => value.href,
  };
}

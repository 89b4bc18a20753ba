import {
  failure,
  type HostPort,
  ipAddressKind,
  type OptionType,
  parseHostPort,
  renderHostPort,
  success,
} from '@wharf/agent';
import { domainProblem, type Labels, parseDomain, renderDomain } from '@wharf/record-schema';
import { type Host, parseHost } from './records/host.ts';

/** A domain to serve: not the root, and short enough for the names that the server adds below it. */
export const servedDomain: OptionType<Labels> = {
  placeholder: 'domain',
  parse(text) {
    const domain = parseDomain(text);
    if (!domain.ok) return failure(`is not a domain: ${domain.error}`);
    if (domain.value.length === 0) return failure('is the root of all names: name a domain below it');
    const problem = domainProblem(['hostmaster', 'dns', ...domain.value]);
    return problem === undefined ? domain : failure(`leaves no room for names below it: ${problem}`);
  },
  render: renderDomain,
};

/**
 * A mailbox as RFC 1035, section 3.3, writes it, as a name: in `first.last@example.org` the part before the `@` is one
 * label; without an `@` it is a name already.
 */
export const mailbox: OptionType<Labels> = {
  placeholder: 'mailbox',
  parse(text) {
    const at = text.lastIndexOf('@');
    const domain = parseDomain(text.slice(at + 1));
    if (!domain.ok) return failure(`is not a mailbox: ${domain.error}`);
    const labels = at < 0 ? domain.value : [text.slice(0, at), ...domain.value];
    const problem = domainProblem(labels);
    if (problem !== undefined) return failure(`is not a mailbox: ${problem}`);
    if (labels.some((label) => /[\s\p{Cc}]/u.test(label))) {
      return failure('is not a mailbox: it has a blank or a control character');
    }
    return labels.length > 1 ? success(labels) : failure('is not a mailbox, such as hostmaster@example.org');
  },
  render: ([local = '', ...domain]) => `${local}@${renderDomain(domain)}`,
};

/** An IP address, or the name of records that have some. */
export const nameOrAddress: OptionType<Host> = {
  placeholder: 'name|address',
  parse(text) {
    const host = parseHost(text);
    return host.ok ? host : failure('is neither an IP address nor a name');
  },
  render: (host) => (host.type === 'name' ? renderDomain(host.name) : host.address),
};

/** Where to listen: an IP address and a port, or a port alone for all addresses. */
export const listenAddress: OptionType<HostPort> = {
  placeholder: 'address:port',
  parse(text) {
    const parsed = parseHostPort(text);
    if (!parsed.ok || parsed.value.host === '') return parsed;
    return ipAddressKind(parsed.value.host) === 'none'
      ? failure('does not begin with an IP address: names are not looked up to listen on')
      : parsed;
  },
  render: renderHostPort,
};

/** A member of the etcd cluster: a scheme, which may be missing, a host, and a port, 2379 when missing. */
export interface Machine {
  readonly scheme: 'http' | 'https' | undefined;
  readonly address: HostPort;
}

const ETCD_PORT = 2_379;

export const machine: OptionType<Machine> = {
  placeholder: 'URL',
  parse(text) {
    const match = /^(?:(?<scheme>[a-z][a-z\d+.-]*):\/\/)?(?<address>[^/]*)\/?$/i.exec(text);
    const scheme = match?.groups?.['scheme']?.toLowerCase();
    if (scheme !== undefined && scheme !== 'http' && scheme !== 'https') {
      return failure('is not a URL that begins with http:// or https://');
    }
    const address = parseHostPort(match?.groups?.['address'] ?? '', ETCD_PORT);
    if (!address.ok || address.value.host === '')
      return failure('is not the URL of an etcd, such as http://10.0.0.1:2379');
    return success({ scheme, address: address.value });
  },
  render: ({ scheme, address }) => `${scheme === undefined ? '' : `${scheme}://`}${renderHostPort(address)}`,
};

/** A path in the store, slashes around it or not. */
export const storePath: OptionType<string> = {
  placeholder: 'path',
  parse: (text) => (/\p{Cc}/u.test(text) ? failure('has a control character') : success(text)),
  render: (path) => path,
};

/** What fits beside an answer into a small packet. */
const MAX_SERVER_ID_OCTETS = 64;

/** What tells a server from others (RFC 5001, section 3.1): some text. */
export const serverId: OptionType<string> = {
  placeholder: 'text',
  parse(text) {
    if (text === '') return failure('names no server');
    return Buffer.byteLength(text) > MAX_SERVER_ID_OCTETS
      ? failure(`is too long: at most ${MAX_SERVER_ID_OCTETS} octets`)
      : success(text);
  },
  render: (text) => text,
};

const DNS_PORT = 53;

/** A name server: an IP address, for names would have to be looked up by it, and a port, 53 when missing. */
export const nameServer: OptionType<HostPort> = {
  placeholder: 'address:port',
  parse(text) {
    const parsed = parseHostPort(text, DNS_PORT);
    if (!parsed.ok) return parsed;
    const { host, port } = parsed.value;
    const kind = ipAddressKind(host);
    if (kind === 'none') return failure('does not begin with an IP address: it is what names are looked up by');
    if (kind === 'unspecified' || kind === 'multicast' || kind === 'broadcast') {
      return failure('begins with an address that no server has');
    }
    return port === 0 ? failure('has the port 0') : parsed;
  },
  render: renderHostPort,
};

/** The path of a URL. */
export const urlPath: OptionType<string> = {
  placeholder: 'path',
  parse: (text) => (/^\/[!-~]*$/.test(text) ? success(text) : failure('is not a path that begins with a slash')),
  render: (path) => path,
};

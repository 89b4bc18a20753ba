import { failure, quoteValue, type Result, success } from '@wharf/agent';

/** How an engine is reached. */
export type DockerAddress =
  | { readonly type: 'unix'; readonly path: string }
  | {
      readonly type: 'tcp';
      /** A name or an address, IPv6 without brackets. */
      readonly host: string;
      readonly port: number;
      /** Undefined: without encryption. */
      readonly tls: DockerTls | undefined;
    };

export interface DockerTls {
  /** Holds `ca.pem`, `cert.pem` and `key.pem`; undefined: the system's authorities and no client certificate. */
  readonly certificateFolder: string | undefined;
}

/** What the address is found from; the same names and meanings as with the docker command. */
export interface DockerHostSources {
  /** `DOCKER_HOST`, or what a flag said instead. */
  readonly dockerHost?: string | undefined;
  /** `DOCKER_TLS_VERIFY`: TLS for a TCP address when it is not empty, whatever it says. */
  readonly tlsVerify?: string | undefined;
  /** `DOCKER_CERT_PATH`: the folder of the certificates. */
  readonly certPath?: string | undefined;
}

/** Where engines listen, and where the units of Registrator mount the socket, in the order in which they are tried. */
export const DEFAULT_SOCKETS = ['/var/run/docker.sock', '/tmp/docker.sock', '/run/podman/podman.sock'] as const;

const PLAIN_PORT = 2375;
const TLS_PORT = 2376;
const ACCEPTED = 'unix:///path/to/docker.sock, tcp://host:port and https://host:port are understood';

/**
 * The address of the engine; the error is a sentence that names the value, without a password in it. Without a host: the first of
 * `DEFAULT_SOCKETS` that exists, or the first one when none does yet.
 * @param exists whether there is a socket at this path
 */
export function resolveDockerHost(
  sources: DockerHostSources,
  exists: (path: string) => boolean,
): Result<DockerAddress, string> {
  const dockerHost = sources.dockerHost?.trim() ?? '';
  if (dockerHost === '' || dockerHost === 'unix://') {
    return success({ type: 'unix', path: DEFAULT_SOCKETS.find(exists) ?? DEFAULT_SOCKETS[0] });
  }
  const address = parseDockerHost(dockerHost, sources);
  return address.ok ? address : failure(`${quoteValue(dockerHost)} ${address.error}`);
}

/** Reads a host that is not empty; the error continues a sentence that begins with the text, and does not repeat it. */
export function parseDockerHost(
  dockerHost: string,
  sources: Omit<DockerHostSources, 'dockerHost'> = {},
): Result<DockerAddress, string> {
  if (dockerHost.startsWith('unix://')) return unixAddress(dockerHost.slice('unix://'.length));
  if (dockerHost.startsWith('/')) return unixAddress(dockerHost);
  return tcpAddress(dockerHost, sources);
}

/** The address in words: `unix:///var/run/docker.sock`, `tcp://10.0.0.1:2376`. */
export function renderDockerAddress(address: DockerAddress): string {
  if (address.type === 'unix') return `unix://${address.path}`;
  return `tcp://${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
}

function unixAddress(path: string): Result<DockerAddress, string> {
  if (!path.startsWith('/') || path.includes('\0')) {
    return failure(`names no absolute path of a socket: ${ACCEPTED}`);
  }
  return success({ type: 'unix', path });
}

function tcpAddress(dockerHost: string, sources: DockerHostSources): Result<DockerAddress, string> {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(dockerHost);
  const url = URL.parse(hasScheme ? dockerHost : `tcp://${dockerHost}`);
  const isPlain = url?.protocol === 'tcp:' || url?.protocol === 'http:';
  if (url === null || !(isPlain || url.protocol === 'https:') || url.hostname === '') {
    return failure(`is no address of an engine: ${ACCEPTED}`);
  }
  if (
    url.username !== '' ||
    url.password !== '' ||
    !['', '/'].includes(url.pathname) ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    return failure(`has more in it than a host and a port: ${ACCEPTED}`);
  }
  // A bare word is more likely a slip of the pen than the name of a host that listens on the default port.
  if (!hasScheme && url.port === '') return failure(`has neither a scheme nor a port: ${ACCEPTED}`);
  const wantsTls = url.protocol === 'https:' || (sources.tlsVerify ?? '') !== '';
  const port = url.port === '' ? defaultPort(url.protocol, wantsTls) : Number(url.port);
  if (port === 0) return failure(`has port 0, which nothing listens on: ${ACCEPTED}`);
  const tls = wantsTls ? { certificateFolder: sources.certPath || undefined } : undefined;
  return success({ type: 'tcp', host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port, tls });
}

function defaultPort(protocol: string, wantsTls: boolean): number {
  if (protocol === 'https:') return 443;
  if (protocol === 'http:') return 80;
  return wantsTls ? TLS_PORT : PLAIN_PORT;
}

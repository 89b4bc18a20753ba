import {
  bothOrNeither,
  defineOptions,
  failure,
  list,
  type NamedFile,
  type OptionError,
  type OptionValues,
  type Result,
  string,
  success,
  toggle,
} from '@wharf/agent';
import type { Destination } from './routes/route.ts';
import type { RouteOption } from './routes/route-options.ts';

/** Which files a route's TLS rests on, and what else was asked for. */
export interface TlsFiles {
  /** Trusted besides the system's. */
  readonly ca: readonly NamedFile[];
  readonly trustsSystem: boolean;
  /** The client's own certificate and its key. */
  readonly own: { readonly cert: NamedFile; readonly key: NamedFile } | undefined;
  readonly hardening: boolean;
  /** What the receiver's certificate must be for. */
  readonly servername: string;
}

export const tlsOptions = defineOptions({
  tlsCaCerts: {
    flag: 'tls-ca-certs',
    variables: ['LOGSPOUT_TLS_CA_CERTS'],
    type: list(string('file')),
    default: [],
    summary: 'Over TLS, trust receivers with a certificate of the CAs in these PEM files, besides those of the system.',
    example: '/etc/wharf/ca.pem',
  },
  tlsDisableSystemRoots: {
    flag: 'tls-disable-system-roots',
    variables: ['LOGSPOUT_TLS_DISABLE_SYSTEM_ROOTS'],
    type: toggle(),
    default: false,
    summary: 'Trust only the CAs of -tls-ca-certs, not those of the system.',
  },
  tlsClientCert: {
    flag: 'tls-client-cert',
    variables: ['LOGSPOUT_TLS_CLIENT_CERT'],
    type: string('file'),
    default: undefined,
    summary: 'The PEM file of the certificate that is shown to receivers that ask for one, with its chain.',
  },
  tlsClientKey: {
    flag: 'tls-client-key',
    variables: ['LOGSPOUT_TLS_CLIENT_KEY'],
    type: string('file'),
    default: undefined,
    summary: 'The PEM file of the private key of -tls-client-cert.',
  },
  tlsHardening: {
    flag: 'tls-hardening',
    variables: ['LOGSPOUT_TLS_HARDENING'],
    type: toggle(),
    default: false,
    summary:
      'Of TLS 1.2 take only ciphers with forward secrecy and authenticated encryption; older versions are never taken.',
  },
});

/** The values of the agent's options. */
export type TlsOptions = OptionValues<typeof tlsOptions>;

export const tlsRouteOptions: readonly RouteOption[] = [
  { name: 'tls.ca', parse: parseFiles, summary: 'As -tls-ca-certs, for this route.', of: isOverTls, namesFiles: true },
  {
    name: 'tls.cert',
    parse: parseFile,
    summary: 'As -tls-client-cert, for this route.',
    of: isOverTls,
    namesFiles: true,
  },
  {
    name: 'tls.key',
    parse: parseFile,
    summary: 'As -tls-client-key, for this route.',
    of: isOverTls,
    namesFiles: true,
  },
  {
    name: 'tls.name',
    parse: (text) => (text === '' ? failure('names nothing') : success(text)),
    summary: "The name or address that the receiver's certificate must be for; the route's host unless given.",
    of: isOverTls,
  },
];

function parseFile(text: string): Result<string, string> {
  return text === '' ? failure('names no file') : success(text);
}

function parseFiles(text: string): Result<readonly string[], string> {
  const files = list(string('file')).parse(text);
  return files.ok && files.value.length === 0 ? failure('names no file') : files;
}

/** What goes to such a destination goes over TLS. */
export function isOverTls(destination: Destination): boolean {
  if (destination.adapter === 'stdout') return false;
  if ('url' in destination) return destination.url.startsWith('https:');
  return destination.carrier === 'tls' || destination.carrier === 'relps';
}

/** What is wrong with the options beside each other. */
export function tlsOptionErrors(given: TlsOptions): readonly OptionError[] {
  return bothOrNeither(['-tls-client-cert', given.tlsClientCert], ['-tls-client-key', given.tlsClientKey]);
}

/** What is wrong with the options of a route beside each other, as ends of sentences that begin with the route. */
export function tlsRouteErrors(options: ReadonlyMap<string, string>): readonly string[] {
  const pair = bothOrNeither(['tls.cert', options.get('tls.cert')], ['tls.key', options.get('tls.key')]);
  return pair.map(({ option, message }) => `has an option ${option} that ${message}`);
}

/**
 * What a route takes: its own options before the agent's, and a certificate only with the key beside it.
 * @param options of the route, checked
 * @param host of the route
 */
export function tlsFilesOf(given: TlsOptions, options: ReadonlyMap<string, string>, host: string): TlsFiles {
  const routeCa = list(string('file')).parse(options.get('tls.ca') ?? '');
  const ownCa = routeCa.ok ? routeCa.value.map((file) => ({ option: 'tls.ca', file })) : [];
  const agentCa = given.tlsCaCerts.map((file) => ({ option: '-tls-ca-certs', file }));
  return {
    ca: ownCa.length > 0 ? ownCa : agentCa,
    trustsSystem: !given.tlsDisableSystemRoots,
    own:
      pairOf(['tls.cert', options.get('tls.cert')], ['tls.key', options.get('tls.key')]) ??
      pairOf(['-tls-client-cert', given.tlsClientCert], ['-tls-client-key', given.tlsClientKey]),
    hardening: given.tlsHardening,
    servername: options.get('tls.name') ?? host,
  };
}

type Named = readonly [option: string, file: string | undefined];

function pairOf([certOption, cert]: Named, [keyOption, key]: Named): TlsFiles['own'] {
  if (cert === undefined || key === undefined) return undefined;
  return { cert: { option: certOption, file: cert }, key: { option: keyOption, file: key } };
}

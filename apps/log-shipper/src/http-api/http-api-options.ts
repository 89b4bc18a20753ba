import {
  type CommandLine,
  defineOptions,
  failure,
  type HostPort,
  hostPort,
  integer,
  type OptionError,
  type OptionTable,
  type OptionType,
  type OptionValues,
  orOff,
  string,
  success,
} from '@wharf/agent';

/** Where the HTTP interface listens, and who may use it. */
export interface HttpApiConfig {
  readonly address: HostPort;
  /** Nobody said where: when it cannot listen there, the shipper works without it. */
  readonly isOptional: boolean;
  /** What every request but /health must bear. */
  readonly token: { readonly text: string } | { readonly file: string } | undefined;
}

const DEFAULT_HOST = '127.0.0.1';
/** The original's. */
const DEFAULT_PORT = 80;

/** What RFC 6750, section 2.1, lets a bearer token be made of. */
const tokenType: OptionType<string> = {
  placeholder: 'token',
  parse: (text) => (isToken(text) ? success(text) : failure('is not a token of letters, digits and -._~+/=')),
  render: (value) => value,
};

export function isToken(text: string): boolean {
  return /^[\w.~+/-]{1,1024}=*$/.test(text);
}

export const httpApiOptions = defineOptions({
  httpAddr: {
    flag: 'http-addr',
    variables: ['HTTP_ADDR'],
    type: orOff(hostPort({ defaultPort: DEFAULT_PORT })),
    default: { host: DEFAULT_HOST, port: DEFAULT_PORT },
    summary: 'Where /logs, /routes and /health are served: off is nowhere, port 0 takes a free one.',
    example: '127.0.0.1:8080',
  },
  httpBindAddress: {
    variables: ['HTTP_BIND_ADDRESS'],
    type: string('address'),
    default: undefined,
    summary: 'The address of -http-addr, when that is not given.',
    example: '0.0.0.0',
  },
  httpPort: {
    variables: ['PORT', 'HTTP_PORT'],
    type: integer({ min: 0, max: 65_535 }),
    default: undefined,
    summary: 'The port of -http-addr, when that is not given.',
  },
  httpToken: {
    flag: 'http-token',
    variables: ['HTTP_TOKEN'],
    type: tokenType,
    default: undefined,
    summary: 'What every HTTP request but /health must bear: Authorization: Bearer <token>.',
    secret: true,
  },
  httpTokenFile: {
    flag: 'http-token-file',
    variables: ['HTTP_TOKEN_FILE'],
    type: string('file'),
    default: undefined,
    summary: 'A file that holds that token.',
  },
  routesPath: {
    flag: 'routes-path',
    variables: ['ROUTESPATH'],
    type: string('folder'),
    default: '/mnt/routes',
    summary: 'Where routes that came over HTTP are kept over restarts, if there is such a folder.',
  },
  retryCount: {
    variables: ['RETRY_COUNT'],
    type: string(),
    default: undefined,
    summary: 'Accepted for old units and ignored: a receiver that is away is tried again for ever.',
    deprecated: 'a receiver that is away is tried again for ever',
  },
} satisfies OptionTable);

type Given = OptionValues<typeof httpApiOptions>;

/** What the options ask for; undefined for no HTTP interface. */
export function httpApiConfigOf(
  given: Given,
  { given: source }: Pick<CommandLine<OptionTable>, 'given'>,
): HttpApiConfig | undefined {
  const { httpAddr, httpBindAddress, httpPort, httpToken: text, httpTokenFile: file } = given;
  if (httpAddr === undefined) return undefined;
  const fromParts = { host: httpBindAddress ?? DEFAULT_HOST, port: httpPort ?? DEFAULT_PORT };
  const isWhole = source.has('httpAddr');
  return {
    address: isWhole ? httpAddr : fromParts,
    isOptional: !isWhole && httpBindAddress === undefined && httpPort === undefined,
    token: text !== undefined ? { text } : file === undefined ? undefined : { file },
  };
}

/** What is wrong with the options beside each other. */
export function httpApiErrors({ httpToken, httpTokenFile }: Given): readonly OptionError[] {
  if (httpToken === undefined || httpTokenFile === undefined) return [];
  return [{ option: '-http-token-file', value: httpTokenFile, message: 'is given beside -http-token; one will do' }];
}

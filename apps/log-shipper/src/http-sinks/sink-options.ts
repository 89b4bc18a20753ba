import { failure, integer, orOff, type Result, success } from '@wharf/agent';
import type { Destination } from '../routes/route.ts';
import type { RouteOption } from '../routes/route-options.ts';

/** What a route of an HTTP sink may ask for besides its destination. */
export interface SinkOptions {
  /** A file that holds the value of the header Authorization. */
  readonly authorizationFile?: string;
  /** Loki's tenant, the header X-Scope-OrgID. */
  readonly tenant?: string;
  /** zlib's level, 1 to 6; undefined for bodies as they are. */
  readonly gzipLevel?: number;
}

const gzipType = orOff(integer({ min: 1, max: 6 }));

/** What may stand in a header, and Loki takes for a tenant. */
function parseTenant(text: string): Result<string, string> {
  return /^[\x21-\x7e]{1,150}$/.test(text) ? success(text) : failure('cannot be the name of a tenant');
}

function parseFileName(text: string): Result<string, string> {
  return text === '' ? failure('names no file') : success(text);
}

function isSink({ adapter }: Destination): boolean {
  return adapter === 'loki' || adapter === 'elasticsearch' || adapter === 'json';
}

export const sinkRouteOptions: readonly RouteOption[] = [
  {
    name: 'authorization-file',
    parse: parseFileName,
    summary:
      'A file with the value of the Authorization header, such as "Bearer ..." or "ApiKey ..."; read again when it is refused.',
    of: isSink,
    namesFiles: true,
  },
  {
    name: 'gzip',
    parse: (text) => gzipType.parse(text),
    summary: 'Compresses requests, from 1 (fast) to 6 (small); off unless given.',
    of: isSink,
  },
  {
    name: 'tenant',
    parse: parseTenant,
    summary: "Loki's tenant, the header X-Scope-OrgID.",
    of: ({ adapter }) => adapter === 'loki',
  },
];

/** The options of a route that has been parsed, so that each of them is known to be good; others are not looked at. */
export function sinkOptionsOf(options: ReadonlyMap<string, string>): SinkOptions {
  const authorizationFile = options.get('authorization-file');
  const tenant = options.get('tenant');
  const gzip = gzipType.parse(options.get('gzip') ?? '');
  return {
    ...(authorizationFile === undefined ? {} : { authorizationFile }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(gzip.ok && gzip.value !== undefined ? { gzipLevel: gzip.value } : {}),
  };
}

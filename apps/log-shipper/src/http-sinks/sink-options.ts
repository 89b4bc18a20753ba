import { failure, type Result, success } from '@wharf/agent';
import type { HttpSinkKind } from './http-sink.ts';

/** What a route of an HTTP sink may ask for besides its destination. */
export interface SinkOptions {
  /** A file that holds the value of the header Authorization. */
  readonly authorizationFile?: string;
  /** Loki's tenant, the header X-Scope-OrgID. */
  readonly tenant?: string;
  /** zlib's level, 1 to 6; 0 for bodies as they are. */
  readonly gzipLevel: number;
}

/** The options of such a route, as they stand behind its `?`. */
export const sinkOptionRows = [
  {
    name: 'authorization-file',
    summary: 'A file with the value of the Authorization header, such as "Bearer ..." or "ApiKey ...".',
  },
  { name: 'tenant', summary: "Loki's tenant (X-Scope-OrgID)." },
  { name: 'gzip', summary: 'Compresses requests, 1 (fast) to 6 (small); off by default.' },
] as const;

/** Errors are ends of sentences that begin with the route; all are found. Options that are not about sinks are not looked at. */
export function parseSinkOptions(
  adapter: HttpSinkKind,
  options: ReadonlyMap<string, string>,
): Result<SinkOptions, readonly string[]> {
  const authorizationFile = options.get('authorization-file');
  const tenant = options.get('tenant');
  const gzip = options.get('gzip') ?? 'off';
  const errors: string[] = [];
  if (authorizationFile === '') errors.push('has an authorization-file without a name');
  if (tenant !== undefined && adapter !== 'loki') errors.push('has a tenant, which only Loki knows');
  if (tenant !== undefined && !/^[\x21-\x7e]{1,150}$/.test(tenant)) errors.push('has a tenant that cannot be one');
  if (!/^(?:off|[1-6])$/.test(gzip)) errors.push(`has a gzip of ${gzip}, which is neither off nor 1 to 6`);
  if (errors.length > 0) return failure(errors);
  return success({
    ...(authorizationFile === undefined ? {} : { authorizationFile }),
    ...(tenant === undefined ? {} : { tenant }),
    gzipLevel: gzip === 'off' ? 0 : Number(gzip),
  });
}

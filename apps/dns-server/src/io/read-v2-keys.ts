import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { describeError, quoteValue, systemAuthorities } from '@wharf/agent';
import type { EtcdTls } from '@wharf/etcd-client';
import type { ImportSource } from '../import-v2/import-source.ts';
import { parseV2Keys, type V2Key } from '../import-v2/parse-v2-keys.ts';

/** How the version 2 of etcd is read. */
export interface ReadV2Options {
  readonly tls: EtcdTls;
  /** How long the whole answer may take; 60 s when absent. */
  readonly timeoutMs?: number;
  /** 64 MiB when absent: some 300,000 records. */
  readonly maxBytes?: number;
}

/**
 * Reads all keys at and below one, in the order of their names, as a majority of the members has them. Folders and keys whose
 * name begins with `_` are hidden in version 2: they are listed where the source begins at them, and nowhere else.
 * @throws Error with a sentence that names the server, for everything but a listing
 */
export async function readV2Keys(source: ImportSource, options: ReadV2Options): Promise<readonly V2Key[]> {
  const { origin, path } = source;
  const { timeoutMs = 60_000, maxBytes = 64 * 1024 * 1024 } = options;
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const url = `${origin}/v2/keys/${encoded}?recursive=true&sorted=true&quorum=true`;
  const { status, body } = await get(url, options.tls, { timeoutMs, maxBytes }).catch((error: unknown) => {
    const isLate = error instanceof Error && error.name === 'AbortError';
    const why = isLate ? `no answer within ${timeoutMs} ms` : describeError(error);
    throw new Error(`${origin} cannot be read: ${why}`, { cause: error });
  });
  if (status !== 200) throw new Error(`${origin} ${refusalOf(status, body, path)}`);
  const keys = parseV2Keys(body);
  if (!keys.ok) throw new Error(`${origin} ${keys.error}`);
  return keys.value;
}

/** `errorCode` of version 2 for a key that is not there. */
const KEY_NOT_FOUND = '"errorCode":100';

function refusalOf(status: number, body: string, path: string): string {
  if (status === 404 && body.includes(KEY_NOT_FOUND)) return `has nothing at /${path}`;
  if (status === 404) {
    return 'does not serve the version 2 of etcd: 3.4 and 3.5 do with --enable-v2, later ones never';
  }
  if (status === 401 || status === 403) return 'lets nobody read without a password, and none can be given here';
  return `does not list its keys: ${status} ${quoteValue(body.trim())}`;
}

interface Limits {
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

function get(url: string, tls: EtcdTls, { timeoutMs, maxBytes }: Limits): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const common = { agent: false, signal: AbortSignal.timeout(timeoutMs) };
    const call = url.startsWith('https:')
      ? requestHttps(url, { ...common, ca: [...systemAuthorities()], ...tls })
      : requestHttp(url, common);
    call.on('error', reject);
    call.on('response', (response) => {
      readBody(response, maxBytes).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    call.end();
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > maxBytes) throw new Error(`its answer is longer than ${maxBytes} octets`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

import type { Revision } from '@wharf/etcd-client';
import { renderRecord, type ServiceRecord } from '@wharf/record-schema';

const FORMAT = 'wharf-dns-snapshot';

/** Raised whenever a reader of an earlier version would misunderstand the file. */
const VERSION = 1;

/** What a snapshot was made for; one of other records is not answered from. */
export interface SnapshotOrigin {
  /** Path of the records in the store: `skydns`. */
  readonly pathPrefix: string;
}

/** When what a snapshot says was true. */
export interface SnapshotMoment {
  /** The revision of the store that its records are those of. */
  readonly revision: Revision;
  /** When the store was last known to hold exactly these, in milliseconds since 1970. */
  readonly currentMs: number;
}

/**
 * A line between the first and the last two. Lines are applied in order: the last about a key counts, so that changes
 * which come while a snapshot is written are written behind the records.
 */
export type SnapshotLine =
  | { readonly type: 'put'; readonly key: string; readonly value: string }
  | { readonly type: 'delete'; readonly key: string }
  | { readonly type: 'end'; readonly moment: SnapshotMoment };

/** The first line: what wrote the file, and for which records. */
export function renderHeader({ pathPrefix }: SnapshotOrigin): string {
  return JSON.stringify({ format: FORMAT, version: VERSION, pathPrefix });
}

export type HeaderProblem = {
  readonly code: 'malformed' | 'other-version' | 'other-records';
  /** Continues a sentence that names the file. */
  readonly message: string;
};

/** Why a file that begins with `line` cannot be answered from by a server for `origin`; undefined when it can. */
export function headerProblem(line: string, origin: SnapshotOrigin): HeaderProblem | undefined {
  const header = parseJson(line);
  if (!isObject(header) || header['format'] !== FORMAT) return { code: 'malformed', message: 'is no snapshot' };
  if (header['version'] !== VERSION) {
    const message = `is of version ${JSON.stringify(header['version'])}; version ${VERSION} is read`;
    return { code: 'other-version', message };
  }
  if (line === renderHeader(origin)) return undefined;
  const message = `is of other records: ${JSON.stringify({ pathPrefix: header['pathPrefix'] })}`;
  return { code: 'other-records', message };
}

export function renderPut(key: string, service: ServiceRecord): string {
  return renderPutText(key, renderRecord(service));
}

/** The same of a value as the store has it. */
export function renderPutText(key: string, value: string): string {
  return JSON.stringify([key, value]);
}

export function renderDelete(key: string): string {
  return JSON.stringify([key]);
}

/** The last line but one; the last is `renderChecksum`. */
export function renderEnd({ revision, currentMs }: SnapshotMoment): string {
  return JSON.stringify({ revision, currentMs });
}

/** @param digest SHA-256 of all lines before, each with its newline, in hexadecimal */
export function renderChecksum(digest: string): string {
  return `sha256 ${digest}`;
}

/** Undefined when the line is none that a snapshot has. */
export function parseLine(line: string): SnapshotLine | undefined {
  const value = parseJson(line);
  if (Array.isArray(value)) return parseEntryLine(value);
  if (!isObject(value)) return undefined;
  const { revision, currentMs } = value;
  if (!isCount(revision, Number.MAX_SAFE_INTEGER) || !isCount(currentMs, LAST_MOMENT_MS)) return undefined;
  return { type: 'end', moment: { revision, currentMs } };
}

/** The last that a `Date` can say, in milliseconds since 1970. */
const LAST_MOMENT_MS = 8.64e15;

function isCount(value: unknown, most: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
}

function parseEntryLine([key, value, ...more]: readonly unknown[]): SnapshotLine | undefined {
  if (typeof key !== 'string' || more.length > 0) return undefined;
  if (value === undefined) return { type: 'delete', key };
  return typeof value === 'string' ? { type: 'put', key, value } : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

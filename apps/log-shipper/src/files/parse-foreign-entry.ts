import type { LogSource } from '../lines/log-line.ts';
import { entryTime } from './entry-time.ts';

/** An entry of a log file. */
export interface FileEntry {
  readonly source: LogSource;
  readonly timestamp: string;
  /** Without the LF at its end, if it had one. */
  readonly bytes: Buffer;
  readonly partial: boolean;
}

/** Reads an entry in any form that is JSON: other members, another order. Undefined when it lacks source or time. */
export function parseForeignEntry(line: Buffer): FileEntry | undefined {
  const value = parseObject(line.toString('utf8'));
  if (value === undefined) return undefined;
  const { log = '', stream, time } = value;
  if (typeof log !== 'string' || typeof time !== 'string') return undefined;
  if (stream !== 'stdout' && stream !== 'stderr') return undefined;
  const timestamp = entryTime(time);
  if (timestamp === undefined) return undefined;
  const partial = !log.endsWith('\n');
  return { source: stream, timestamp, bytes: Buffer.from(partial ? log : log.slice(0, -1), 'utf8'), partial };
}

interface ForeignEntry {
  readonly log?: unknown;
  readonly stream?: unknown;
  readonly time?: unknown;
}

function parseObject(text: string): ForeignEntry | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

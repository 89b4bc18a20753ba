import type { Readable } from 'node:stream';
import type { DockerEngine } from '@wharf/docker-watcher';
import type { LogSource } from '../lines/log-line.ts';
import { until } from './until.ts';

export interface StreamStart {
  readonly sources: ReadonlySet<LogSource>;
  /** `seconds.nanoseconds`; undefined for everything. */
  readonly since: string | undefined;
}

/**
 * Opens a log that goes on until the container ends. Some engines answer only with the first line, which may never
 * come: when `signal` aborts, this rejects at once and a stream that comes later is closed unread.
 */
export async function openLogStream(
  engine: Pick<DockerEngine, 'logs'>,
  id: string,
  { sources, since }: StreamStart,
  signal: AbortSignal,
): Promise<Readable> {
  const opening = engine.logs(id, {
    stdout: sources.has('stdout'),
    stderr: sources.has('stderr'),
    follow: true,
    timestamps: true,
    ...(since === undefined ? {} : { since }),
  });
  try {
    return await until(opening, signal);
  } catch (error) {
    opening.then(
      (stream) => stream.destroy(),
      () => undefined,
    );
    throw error;
  }
}

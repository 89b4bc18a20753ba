import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '@wharf/agent';
import { type Container, isContainerId } from '@wharf/docker-watcher';
import { currentLogName } from '../../files/log-file-name.ts';
import type { LogReader, ReadingListener } from '../../sources/log-source.ts';
import { createBufferPool } from './buffer-pool.ts';
import { CHUNK_BYTES, ENTRY_LIMIT_BYTES } from './entry-reader.ts';
import { startFileReading } from './file-reading.ts';
import { createLogWatch } from './log-watch.ts';

export interface FileReaderOptions {
  /** Where the engine's containers are: `/var/lib/docker/containers`, or where that is mounted. */
  readonly folder: string;
  readonly clock: Clock;
}

/** Reads the files of Docker's json-file driver. */
export interface FileReader extends LogReader {
  /** Whether this container's log is in such files, and they can be read. */
  isReadable(container: Container): Promise<boolean>;
}

/** How many chunks are read at the same time, whatever the number of containers. */
const BUFFERS = 2;

export function createFileReader({ folder, clock }: FileReaderOptions): FileReader {
  const watch = createLogWatch(clock);
  const buffers = createBufferPool(BUFFERS, ENTRY_LIMIT_BYTES);
  const tailBuffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);

  return {
    maySkip: false,
    async isReadable({ id, logDriver }) {
      if (logDriver !== 'json-file' || !isContainerId(id)) return false;
      try {
        await access(join(folder, id, currentLogName(id)), constants.R_OK);
        return true;
      } catch {
        return false;
      }
    },
    open({ id }, start, listener) {
      if (!isContainerId(id)) return refuse(`${JSON.stringify(id)} is no ID of a container`, listener);
      const context = { folder: join(folder, id), id, clock, watch, buffers, tailBuffer };
      return startFileReading(start, listener, context);
    },
  };
}

function refuse(reason: string, listener: ReadingListener): ReturnType<LogReader['open']> {
  let isClosed = false;
  queueMicrotask(() => {
    if (!isClosed) listener.onEnd({ kind: 'unreadable', reason });
  });
  const ignore = (): void => undefined;
  return {
    pause: ignore,
    resume: ignore,
    finish: ignore,
    close() {
      isClosed = true;
    },
  };
}

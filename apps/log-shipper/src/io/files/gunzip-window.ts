import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';

/** The bytes of a compressed file, read at growing offsets; no more of them is held than was asked for at once. */
export interface GunzipWindow {
  /** Fills the buffer with what is at `offset` of the uncompressed bytes; returns how much that is, 0 at the end. */
  read(buffer: Buffer, offset: number): Promise<number>;
  /** The bytes ended before the file said that they would, or were damaged. */
  readonly isDamaged: boolean;
  close(): void;
}

const CHUNK_BYTES = 256 * 1024;
const EMPTY = Buffer.alloc(0);

/** @param path an offset smaller than the one before opens it once more */
export function createGunzipWindow(path: string): GunzipWindow {
  let stream = open(path);
  let held: Buffer = EMPTY;
  let start = 0;
  let hasEnded = false;
  let isDamaged = false;

  const restart = (): void => {
    stream.close();
    stream = open(path);
    held = EMPTY;
    start = 0;
    hasEnded = false;
  };
  const dropBefore = (offset: number): void => {
    const dropped = Math.min(held.length, offset - start);
    held = held.subarray(dropped);
    start += dropped;
  };
  const pull = async (): Promise<void> => {
    try {
      const chunk = await stream.next();
      if (chunk === undefined) hasEnded = true;
      else held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    } catch {
      hasEnded = true;
      isDamaged = true;
    }
  };
  return {
    async read(buffer, offset) {
      if (offset < start) restart();
      for (;;) {
        dropBefore(offset);
        if (hasEnded || (start === offset && held.length >= buffer.length)) break;
        await pull();
      }
      return start === offset ? held.copy(buffer) : 0;
    },
    get isDamaged() {
      return isDamaged;
    },
    close: () => stream.close(),
  };
}

function open(path: string): { next(): Promise<Buffer | undefined>; close(): void } {
  const file = createReadStream(path);
  const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
  // Whoever reads on is told of it; nobody may.
  gunzip.on('error', () => undefined);
  file.on('error', (error) => gunzip.destroy(error));
  file.pipe(gunzip);
  const chunks = gunzip[Symbol.asyncIterator]();
  return {
    async next() {
      const { value, done } = await chunks.next();
      if (done === true) return undefined;
      if (!Buffer.isBuffer(value)) throw new TypeError('the file is not read as bytes');
      return value;
    },
    close() {
      file.destroy();
      gunzip.destroy();
    },
  };
}

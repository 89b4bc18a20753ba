import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { LogSource } from '../lines/log-line.ts';

/** A container's json-file logs as dockerd keeps them, in a folder of their own. */
export interface LogFolder {
  readonly root: string;
  readonly id: string;
  /** Of the file that is written to, or of an older one. */
  path(age?: number): string;
  write(bytes: string | Uint8Array): void;
  /** Renames every file to the next older name, as dockerd does before it begins a new one. */
  rotate(): void;
  /** Puts a compressed file in the place of the one of that age. */
  compress(age: number, header?: (compressed: Buffer) => Buffer): void;
  /** Copies the current file to the first older name, and cuts it. */
  copyAndTruncate(): void;
  truncate(): void;
  /** As the removal of the container does. */
  removeContainer(): void;
  remove(): void;
}

const ID = '0123456789abcdef'.repeat(4);
const OLDEST = 40;

export function createLogFolder(id: string = ID): LogFolder {
  const root = mkdtempSync(join(tmpdir(), 'wharf-log-files-'));
  const folder = join(root, id);
  mkdirSync(folder);
  const path = (age = 0): string => join(folder, `${id}-json.log${age === 0 ? '' : `.${age}`}`);
  const shift = (): void => {
    for (let age = OLDEST; age >= 1; age--) {
      for (const ending of ['', '.gz']) {
        if (existsSync(path(age) + ending)) renameSync(path(age) + ending, path(age + 1) + ending);
      }
    }
  };
  writeFileSync(path(), '');
  return {
    root,
    id,
    path,
    write: (bytes) => appendFileSync(path(), bytes),
    rotate() {
      shift();
      renameSync(path(), path(1));
      writeFileSync(path(), '');
    },
    compress(age, header = (compressed) => compressed) {
      writeFileSync(`${path(age)}.gz`, header(gzipSync(readFileSync(path(age)))));
      rmSync(path(age));
    },
    copyAndTruncate() {
      shift();
      copyFileSync(path(), path(1));
      truncateSync(path());
    },
    truncate: () => truncateSync(path()),
    removeContainer: () => rmSync(folder, { recursive: true }),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** An entry as dockerd writes it, LF included; its time is `at` nanoseconds after a certain second. */
export function logEntry(at: number, log: string, stream: LogSource = 'stdout'): string {
  return `${JSON.stringify({ log, stream, time: entryTimeAt(at) })}\n`;
}

/** Without the zeros at the end of the fraction, as Go writes times. */
export function entryTimeAt(at: number): string {
  const time = new Date(Date.UTC(2026, 1, 3, 4, 5, 6 + Math.floor(at / 1e9))).toISOString().slice(0, 19);
  const fraction = String(at % 1e9)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? `${time}Z` : `${time}.${fraction}Z`;
}

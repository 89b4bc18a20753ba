import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own that is soon full. */
export interface SmallDisk {
  readonly root: string;
  /** Takes all the room that is left. */
  fill(): void;
  makeRoom(): void;
  /** `ro` or `rw`; refused while a file is open for writing. */
  remount(mode: 'ro' | 'rw'): void;
  remove(): void;
}

/** A tmpfs; needs root. */
export function createSmallDisk(size = '1m'): SmallDisk {
  const root = mkdtempSync(join(tmpdir(), 'wharf-small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', root]);
  const filler = join(root, 'filler');
  return {
    root,
    fill() {
      try {
        writeFileSync(filler, Buffer.alloc(64 * 1_048_576));
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
      }
    },
    makeRoom: () => rmSync(filler),
    remount: (mode) => void execFileSync('mount', ['-o', `remount,${mode}`, root]),
    remove() {
      execFileSync('umount', ['--lazy', root]);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

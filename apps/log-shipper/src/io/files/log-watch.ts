import { type FSWatcher, watch } from 'node:fs';
import type { Clock } from '@wharf/agent';
import { currentLogName } from '../../files/log-file-name.ts';

const POLL_MS = 1_000;

/** Tells when a container's log files may have changed. */
export interface LogWatch {
  /** Calls `hint` when something in the folder has happened to the log or to the folder itself; returns how to stop. */
  watchFolder(folder: string, id: string, hint: () => void): () => void;
  /**
   * Calls `look` every second, one timer for all: not every file system tells of changes, and the number of folders
   * that can be watched is limited (`fs.inotify.max_user_watches`). Returns how to stop.
   */
  poll(look: () => void): () => void;
}

export function createLogWatch(clock: Clock): LogWatch {
  const looks = new Set<() => void>();
  let cancel: (() => void) | undefined;

  const tick = (): void => {
    cancel = clock.schedule(POLL_MS, tick);
    for (const look of looks) look();
  };
  return {
    watchFolder(folder, id, hint) {
      const names = new Set([currentLogName(id), id]);
      const watcher = tryWatch(folder, (name) => {
        if (name === null || names.has(name)) hint();
      });
      watcher?.on('error', () => watcher.close());
      return () => watcher?.close();
    },
    poll(look) {
      looks.add(look);
      cancel ??= clock.schedule(POLL_MS, tick);
      return () => {
        looks.delete(look);
        if (looks.size > 0) return;
        cancel?.();
        cancel = undefined;
      };
    },
  };
}

/** A folder that is gone, or one too many: then polling has to do. */
function tryWatch(folder: string, listener: (name: string | null) => void): FSWatcher | undefined {
  try {
    return watch(folder, (_event, name) => listener(name));
  } catch {
    return undefined;
  }
}

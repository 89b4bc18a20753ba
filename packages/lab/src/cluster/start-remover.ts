import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Removes files and control groups of a lab whose process could not do it: that was killed. */
export interface Remover {
  /** Removes them now; resolves when that is done. */
  finish(): Promise<void>;
}

/**
 * Its standard input ends with the lab's process, however that dies. A control group is busy, and files come anew, until the
 * last of the processes has ended, which end at the same time.
 */
const SCRIPT = `
cat
for attempt in $(seq 300); do
  rm -rf "$1"
  for group in /sys/fs/cgroup"$2" /sys/fs/cgroup/*"$2"; do
    [ ! -d "$group" ] || find "$group" -depth -type d -exec rmdir {} +
  done
  left=no
  for path in "$1" /sys/fs/cgroup"$2" /sys/fs/cgroup/*"$2"; do
    [ ! -e "$path" ] || left=yes
  done
  [ $left = yes ] || exit 0
  sleep 0.1
done
exit 1`;

/** @param cgroup from the root of every hierarchy, so with a leading slash */
export function startRemover(folder: string, cgroup: string): Remover {
  const child = spawn('sh', ['-c', SCRIPT, 'sh', folder, cgroup], {
    // A session of its own: Ctrl-C reaches the lab's process alone.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  const ended = once(child, 'exit');
  return {
    async finish() {
      child.ref();
      child.stdin.end();
      const [code] = await ended;
      if (code !== 0) throw new Error(`${folder} or control group ${cgroup} cannot be removed`);
    },
  };
}

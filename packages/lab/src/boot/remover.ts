import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Whoever removes what a host leaves behind. */
export interface Remover {
  /**
   * Removes it all now, and resolves when it is gone.
   * @throws Error when something is still in use after half a minute
   */
  remove(): Promise<void>;
}

/** A control group goes when the kernel has let go of the last of its processes; all of them have been killed. */
const SCRIPT = `
cat > /dev/null
groups() { find /sys/fs/cgroup -maxdepth 2 -type d -name "$1"; }
tries=0
while [ -n "$(groups "$1")" ] && [ $((tries += 1)) -lt 600 ]; do
  groups "$1" | while read -r group; do find "$group" -depth -type d -exec rmdir {} +; done
  sleep 0.05
done 2> /dev/null
rm -rf --one-file-system "$2" && [ -z "$(groups "$1")" ]
`;

/**
 * Starts the process that removes a folder, and the control groups of a name, when it is told to, or when this process has
 * ended, however it did.
 */
export function startRemover(folder: string, cgroup: string): Remover {
  const child = spawn('sh', ['-c', SCRIPT, 'remover', cgroup, folder], {
    stdio: ['pipe', 'ignore', 'inherit'],
    detached: true,
  });
  const ended = once(child, 'close');
  child.unref();
  return {
    async remove() {
      child.ref();
      child.stdin.end();
      const [exitCode] = await ended;
      if (exitCode !== 0) throw new Error(`${folder} or the control groups ${cgroup} cannot be removed`);
    },
  };
}

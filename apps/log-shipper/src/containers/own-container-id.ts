/** What Linux tells a process about where it runs, as text. */
export interface ProcessFacts {
  /** /proc/self/cgroup (cgroups(7)). */
  readonly cgroup: string;
  /** /proc/self/mountinfo (proc(5)). */
  readonly mountinfo: string;
}

/**
 * The ID of the container that a process runs in; undefined when it shows none.
 *
 * Its cgroup is asked first, as it is always its own, and its mounts where a cgroup namespace hides that: an engine keeps a
 * container's `/etc/hostname`, `/etc/hosts` and `/etc/resolv.conf` in a folder named by the ID. With `--network container:...`
 * they are the other container's, in Podman all but the first.
 */
export function findOwnContainerId({ cgroup, mountinfo }: ProcessFacts): string | undefined {
  return idOfCgroup(cgroup) ?? idOfMounts(mountinfo);
}

/** The innermost of `docker/<id>`, `docker-<id>.scope`, `libpod-<id>` and the like. */
function idOfCgroup(cgroup: string): string | undefined {
  for (const line of cgroup.split('\n')) {
    const names = line.split(':').slice(2).join(':').split('/').toReversed();
    for (const name of names) {
      const id = /^(?:[a-z-]+-)?(?<id>[0-9a-f]{64})(?:\.scope)?$/.exec(name)?.groups?.['id'];
      if (id !== undefined) return id;
    }
  }
  return undefined;
}

function idOfMounts(mountinfo: string): string | undefined {
  const ids = new Map<string, string>();
  for (const line of mountinfo.split('\n')) {
    const [, , , source = '', target = ''] = line.split(' ');
    const id = /\/(?:overlay-)?containers\/(?<id>[0-9a-f]{64})\/(?:userdata\/)?[a-z.]+$/.exec(source)?.groups?.['id'];
    if (id !== undefined) ids.set(target, id);
  }
  return ids.get('/etc/hostname') ?? ids.get('/etc/hosts') ?? ids.get('/etc/resolv.conf');
}

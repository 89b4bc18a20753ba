/** How a machine's control groups are mounted, below /sys/fs/cgroup; version 1 has version 2 beside it, or not. */
export type CgroupLayout =
  | { readonly version: 2 }
  | { readonly version: 1; readonly hierarchies: readonly CgroupHierarchy[] };

/** One of the hierarchies of a machine that has version 1. */
export interface CgroupHierarchy {
  /** Its folder's name below /sys/fs/cgroup: `cpu,cpuacct`. */
  readonly folder: string;
  /** What it is mounted as again: `-t cgroup -o cpu,cpuacct`. */
  readonly mount: string;
}

const ROOT = '/sys/fs/cgroup';

/** The options of a mount that are the kernel's own, and say nothing of what is in the hierarchy. */
const COMMON_OPTIONS = new Set([
  'rw',
  'ro',
  'nosuid',
  'nodev',
  'noexec',
  'relatime',
  'noatime',
  'xattr',
  'clone_children',
]);

/**
 * Reads /proc/mounts. Where both versions are mounted, version 1 has the controllers; the other one is a hierarchy like
 * the rest, for systemd uses it to tell services apart.
 */
export function parseCgroupLayout(mounts: string): CgroupLayout {
  const lines = mounts.split('\n').map((line) => line.split(' '));
  const isUnified = lines.some(([, place, type]) => place === ROOT && type === 'cgroup2');
  if (isUnified) return { version: 2 };
  const hierarchies = lines.flatMap(([, place = '', type = '', options = '']): CgroupHierarchy[] => {
    if (!place.startsWith(`${ROOT}/`)) return [];
    const folder = place.slice(ROOT.length + 1);
    if (type === 'cgroup2') return [{ folder, mount: '-t cgroup2' }];
    if (type !== 'cgroup') return [];
    const own = options.split(',').filter((option) => !COMMON_OPTIONS.has(option));
    const isNamed = own.some((option) => option.startsWith('name='));
    return [{ folder, mount: `-t cgroup -o ${[...(isNamed ? ['none'] : []), ...own].join(',')}` }];
  });
  return { version: 1, hierarchies };
}

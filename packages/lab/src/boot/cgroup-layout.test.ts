import { describe, expect, it } from 'vitest';
import { parseCgroupLayout } from './cgroup-layout.ts';

describe('parseCgroupLayout', () => {
  it('knows a machine of version 2', () => {
    const mounts = `proc /proc proc rw,relatime 0 0
cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate,memory_recursiveprot 0 0
`;
    expect(parseCgroupLayout(mounts)).toEqual({ version: 2 });
  });

  it('takes version 1 where both are mounted, with controllers that share a hierarchy', () => {
    const mounts = `tmpfs /sys/fs/cgroup tmpfs ro,nosuid,nodev,noexec,mode=755 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,nosuid,nodev,noexec,relatime,xattr,name=systemd 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,nodev,noexec,relatime,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/cpuset cgroup rw,nosuid,nodev,noexec,relatime,cpuset,clone_children 0 0
`;
    expect(parseCgroupLayout(mounts)).toEqual({
      version: 1,
      hierarchies: [
        { folder: 'unified', mount: '-t cgroup2' },
        { folder: 'systemd', mount: '-t cgroup -o none,name=systemd' },
        { folder: 'cpu,cpuacct', mount: '-t cgroup -o cpu,cpuacct' },
        { folder: 'cpuset', mount: '-t cgroup -o cpuset' },
      ],
    });
  });

  it('leaves out what is no hierarchy', () => {
    const mounts = 'tmpfs /sys/fs/cgroup tmpfs rw,relatime,mode=755 0 0\ncgroup /elsewhere cgroup rw,pids 0 0\n';
    expect(parseCgroupLayout(mounts)).toEqual({ version: 1, hierarchies: [] });
  });
});

import type { CgroupLayout } from './cgroup-layout.ts';

/** What a booted host is made of. */
export interface HostPlaces {
  /** The Debian root below its own changes; it stays as it is. */
  readonly base: string;
  /** The host's disk: `changes` on top of the base, and `engine`, which is no overlay so that Docker's own can be on it. */
  readonly disk: string;
  /** An empty folder that the host's root is mounted on. */
  readonly mountPoint: string;
  /** The control group, in every hierarchy, that is the host's root of all: `wharf-boot-1`. */
  readonly cgroup: string;
  /** Its address, with the length of the network's prefix: `10.77.0.11/24`. */
  readonly address: string;
}

/** Devices that a program expects, besides terminals. */
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty'];

/** Folders of the host that are no part of the overlay, and where they are on its disk. */
const ENGINE_FOLDERS = { '/var/lib/docker': 'docker', '/var/lib/containerd': 'containerd' };

/**
 * What the shell does before it becomes the first process of new namespaces: it moves to control groups of the host's own,
 * so that two hosts' groups of the same name are two.
 */
export function renderEnterCgroups(layout: CgroupLayout, cgroup: string): string {
  const folders = layout.version === 2 ? [''] : layout.hierarchies.map(({ folder }) => `/${folder}`);
  const lines = folders.flatMap((folder) => {
    const parent = `/sys/fs/cgroup${folder}`;
    const own = `${parent}/${cgroup}`;
    // Version 1: a new group of `cpuset` has none, and takes no process. Version 2: what a group may use, its parent grants.
    const prepare =
      layout.version === 2
        ? [
            `for name in $(cat ${parent}/cgroup.controllers); do echo "+$name" > ${parent}/cgroup.subtree_control || :; done`,
          ]
        : [
            `if [ -e ${parent}/cpuset.cpus ]; then`,
            `  cat ${parent}/cpuset.cpus > ${own}/cpuset.cpus; cat ${parent}/cpuset.mems > ${own}/cpuset.mems`,
            'fi',
          ];
    return [`mkdir -p ${own}`, ...prepare, `echo $$ > ${own}/cgroup.procs`];
  });
  return ['set -e', ...lines].join('\n');
}

/**
 * What the first process of the namespaces does: mounts the host's root with all that a system finds there, gives it a
 * network of one address, and becomes its init.
 */
export function renderFirstProcess(layout: CgroupLayout, places: HostPlaces): string {
  const root = places.mountPoint;
  const changes = `${places.disk}/changes`;
  return [
    'set -e',
    'mount --make-rprivate /',
    `mkdir -p ${changes} ${places.disk}/work`,
    `mount -t overlay -o lowerdir=${places.base},upperdir=${changes},workdir=${places.disk}/work overlay ${root}`,
    ...Object.entries(ENGINE_FOLDERS).flatMap(([folder, name]) => [
      `mkdir -p ${places.disk}/${name} ${root}${folder}`,
      `mount --bind ${places.disk}/${name} ${root}${folder}`,
    ]),
    `mount -t proc proc ${root}/proc`,
    `mount -t sysfs sysfs ${root}/sys`,
    `mount -t tmpfs -o mode=755 tmpfs ${root}/run`,
    ...renderDevices(`${root}/dev`),
    ...renderCgroups(layout, `${root}/sys/fs/cgroup`),
    ...renderNetwork(places.address),
    `cd ${root}`,
    'mkdir -p .old',
    'pivot_root . .old',
    'umount -l /.old',
    `exec env -i container=wharf PATH=/usr/sbin:/usr/bin:/sbin:/bin /sbin/init ${renderInitOptions(layout)}`,
  ].join('\n');
}

function renderDevices(folder: string): readonly string[] {
  return [
    `mount -t tmpfs -o mode=755 tmpfs ${folder}`,
    `for name in ${DEVICES.join(' ')}; do touch ${folder}/$name; mount --bind /dev/$name ${folder}/$name; done`,
    `mkdir ${folder}/pts ${folder}/shm`,
    `mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts ${folder}/pts`,
    `ln -s pts/ptmx ${folder}/ptmx`,
    `mount -t tmpfs tmpfs ${folder}/shm`,
  ];
}

function renderCgroups(layout: CgroupLayout, folder: string): readonly string[] {
  if (layout.version === 2) return [`mount -t cgroup2 cgroup2 ${folder}`];
  return [
    `mount -t tmpfs -o mode=755 tmpfs ${folder}`,
    ...layout.hierarchies.flatMap((hierarchy) => [
      `mkdir ${folder}/${hierarchy.folder}`,
      `mount ${hierarchy.mount} cgroup ${folder}/${hierarchy.folder}`,
    ]),
  ];
}

/** A cable whose other end hangs in the air: the address is the host's own, and nothing else is there. */
function renderNetwork(address: string): readonly string[] {
  return [
    'ip link set lo up',
    'ip link add eth0 type veth peer name cable',
    'ip link set cable up',
    'ip link set eth0 up',
    `ip address add ${address} dev eth0`,
  ];
}

function renderInitOptions(layout: CgroupLayout): string {
  return layout.version === 2 ? '' : 'systemd.unified_cgroup_hierarchy=0';
}
